import { Duration, Lazy } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
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
  /** How many secrets there are, once all are added. */
  readonly secrets: () => number;
  readonly alarmTopic: ITopic | undefined;
  readonly runbookUrl: string;
}

const HOUR = Duration.hours(1);

/** What wakes somebody up; each alarm says what happened and where its article is. */
export class Alarms extends Construct {
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, { fn, secrets, alarmTopic, runbookUrl }: AlarmsProps) {
    super(scope, id);
    this.alarms = Object.entries(ALARM_DEFINITIONS).map(([name, definition]) => {
      const {
        description,
        evaluationPeriods = 1,
        isBelow = false,
        treatMissingAsBreaching = false,
      } = definition;
      // The number of secrets is known once all of them are added.
      const threshold =
        definition.threshold === 'secrets'
          ? Lazy.number({ produce: secrets })
          : definition.threshold;
      const props: AlarmProps = {
        alarmDescription: `${description} Runbook: ${runbookUrl}#${name.toLowerCase()}`,
        metric: metricOf(fn, definition),
        threshold,
        evaluationPeriods: evaluationPeriods,
        comparisonOperator: isBelow
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: treatMissingAsBreaching
          ? TreatMissingData.BREACHING
          : TreatMissingData.NOT_BREACHING,
      };
      const alarm = new Alarm(this, name, props);
      if (definition.isByClock) byClock(alarm);
      if (alarmTopic !== undefined) alarm.addAlarmAction(new SnsAction(alarmTopic));
      return alarm;
    });
  }
}

// The construct does not know of it yet.
function byClock({ node }: Alarm): void {
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
