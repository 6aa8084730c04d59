import { Annotations, Duration, Lazy } from 'aws-cdk-lib';
import {
  Alarm,
  CfnAlarm,
  ComparisonOperator,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../lambda/names.ts';
import { ALARM_DEFINITIONS, type AlarmDefinition } from './alarm-definitions.ts';

interface AlarmsProps {
  readonly fn: IFunction;
  /** Returns the number of secrets; called at synthesis, when all secrets are added. */
  readonly secretCount: () => number;
  readonly alarmTopic: ITopic | undefined;
  readonly runbookUrl: string;
}

const HOUR = Duration.hours(1);

/** The alarms. Each description says what happened and names the article of the runbook. */
export class Alarms extends Construct {
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    warnOfEncryptedTopic(this, props.alarmTopic);
    this.alarms = Object.entries(ALARM_DEFINITIONS).map(([name, definition]) =>
      this.create(name, definition, props),
    );
  }

  private create(name: string, definition: AlarmDefinition, props: AlarmsProps): Alarm {
    const { description, threshold, evaluationPeriods = 1 } = definition;
    const { fn, secretCount, alarmTopic, runbookUrl } = props;
    const alarm = new Alarm(this, name, {
      alarmDescription: `${description} Runbook: ${runbookUrl}#${name.toLowerCase()}`,
      metric: metricOf(fn, definition),
      threshold: threshold === 'secrets' ? Lazy.number({ produce: secretCount }) : threshold,
      evaluationPeriods,
      comparisonOperator: definition.isBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: definition.treatMissingAsBreaching
        ? TreatMissingData.BREACHING
        : TreatMissingData.NOT_BREACHING,
    });
    if (definition.isByClock) evaluateByClock(alarm);
    if (alarmTopic !== undefined) alarm.addAlarmAction(new SnsAction(alarmTopic));
    return alarm;
  }
}

// CDK's Alarm has no property for the evaluation window yet.
function evaluateByClock({ node }: Alarm): void {
  const alarm = node.defaultChild;
  if (alarm instanceof CfnAlarm) alarm.evaluationWindow = { wallClockWindow: {} };
}

function metricOf(fn: IFunction, { metric, statistic, period = HOUR }: AlarmDefinition): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: metric,
    dimensionsMap: { FunctionName: fn.functionName },
    statistic,
    period,
  });
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
