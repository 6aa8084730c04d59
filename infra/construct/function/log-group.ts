import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge, complianceFindings } from '../cdk/acknowledge.ts';

/** Creates a log group. CDK retains it if it is removed from the app. */
export function createLogGroup(
  scope: Construct,
  id: string,
  retention = RetentionDays.ONE_YEAR,
): LogGroup {
  const logGroup = new LogGroup(scope, id, { retention });
  const reason =
    'CloudWatch Logs encrypts every log group, and the log has no password; logGroup takes a ' +
    'group with a key';
  acknowledge(logGroup, complianceFindings('CloudWatchLogGroupEncrypted'), reason);
  return logGroup;
}
