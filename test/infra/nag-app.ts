import { App, Stack } from 'aws-cdk-lib';
import { FlowLogDestination, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ADMIN, API, ORDERS } from './rotation-template.ts';

/** Returns an app with a construct in a stack of its own, which cdk-nag checks. */
export function nagApp(outdir: string): { app: App; checked: Stack } {
  // Else CDK warns of references between stacks.
  const context = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };
  const app = new App({ outdir, context, analyticsReporting: false });
  const env = { account: '123456789012', region: 'eu-west-1' };
  const around = new Stack(app, 'Around', { env });
  const vpc = new Vpc(around, 'Vpc', { restrictDefaultSecurityGroup: false });
  vpc.addFlowLog('Flow', { destination: FlowLogDestination.toCloudWatchLogs() });
  const encryptionKey = new Key(around, 'Key', { enableKeyRotation: true });
  const checked = new Stack(app, 'Checked', { env });
  const adminSecret = Secret.fromSecretCompleteArn(checked, 'Admin', ADMIN);
  const clusters = { eu: { apiEndpoints: [API], adminSecret } };
  const alarmTopic = new Topic(around, 'Topic');
  const props = { clusters, vpc: vpc as IVpc, createVpcEndpoints: true, alarmTopic };
  const rotation = new RedisEnterpriseRotation(checked, 'Rotation', props);
  rotation.adoptUser({ ...ORDERS, encryptionKey });
  return { app, checked };
}
