import { Annotations, Lazy } from 'aws-cdk-lib';
import {
  Alarm,
  CfnAlarm,
  ComparisonOperator,
  type IAlarmAction,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ALARM_DEFINITIONS, type AlarmDefinition, type AlarmName } from './alarm-definitions.ts';
import { functionMetric } from './metrics.ts';

interface AlarmsProps {
  readonly fn: IFunction;
  /** Returns the number of secrets; called at synthesis, when all secrets are added. */
  readonly secretCount: () => number;
  readonly alarmTopic: ITopic | undefined;
  readonly alarmActions: IAlarmAction[];
  readonly runbookUrl: string;
}

/** The alarms. Each description says what happened and names the article of the runbook. */
export class Alarms extends Construct {
  readonly alarms: Readonly<Record<AlarmName, Alarm>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    warnOfEncryptedTopic(this, props.alarmTopic);
    const alarms = Object.entries(ALARM_DEFINITIONS).map(([name, definition]) => [
      name,
      this.create(name, definition, props),
    ]);
    this.alarms = Object.fromEntries(alarms);
  }

  private create(name: string, definition: AlarmDefinition, props: AlarmsProps): Alarm {
    const { description, threshold, evaluationPeriods = 1 } = definition;
    const { fn, secretCount, alarmTopic, alarmActions, runbookUrl } = props;
    const alarm = new Alarm(this, name, {
      alarmDescription: `${description} Runbook: ${runbookUrl}#${name.toLowerCase()}`,
      metric: metricOf(fn, definition),
      threshold: threshold === 'secrets' ? Lazy.number({ produce: secretCount }) : threshold,
      evaluationPeriods,
      comparisonOperator: definition.isBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (definition.treatMissingAsBreaching) breachWithoutData(alarm, secretCount);
    if (definition.isByClock) evaluateByClock(alarm);
    if (alarmTopic !== undefined) alarm.addAlarmAction(new SnsAction(alarmTopic));
    for (const action of alarmActions) alarm.addAlarmAction(action);
    return alarm;
  }
}

// Without secrets, no data is missing. The number is known only at synthesis.
function breachWithoutData({ node }: Alarm, secretCount: () => number): void {
  if (!(node.defaultChild instanceof CfnAlarm)) return;
  const { BREACHING, NOT_BREACHING } = TreatMissingData;
  node.defaultChild.treatMissingData = Lazy.string({
    produce: () => (secretCount() === 0 ? NOT_BREACHING : BREACHING),
  });
}

// CDK's Alarm has no property for the evaluation window, and older versions of CfnAlarm have none
// either. CDK leaves out a window without a member.
function evaluateByClock({ node }: Alarm): void {
  const window = { WallClockWindow: { Timezone: 'UTC' } };
  if (node.defaultChild instanceof CfnAlarm) {
    node.defaultChild.addPropertyOverride('EvaluationWindow', window);
  }
}

function metricOf(fn: IFunction, { metric, statistic, period }: AlarmDefinition): Metric {
  return functionMetric(fn, metric, { statistic, ...(period && { period }) });
}

/** Warns that an encrypted topic gets no alarm unless its key lets CloudWatch use it. */
function warnOfEncryptedTopic(scope: Construct, topic: ITopic | undefined): void {
  if (topic?.masterKey === undefined) return;
  Annotations.of(scope).addWarningV2(
    'redis-enterprise-rotation:alarmTopicKey',
    "alarmTopic is encrypted: an alarm arrives only if the key's policy allows it; hint: use a " +
      'customer managed key that allows kms:Decrypt and kms:GenerateDataKey* to ' +
      'cloudwatch.amazonaws.com',
  );
}
