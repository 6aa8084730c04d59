import { CfnCondition, type CfnParameter, Fn } from 'aws-cdk-lib';
import type { CfnAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import { createIf, ifGiven } from './optional.ts';

interface GivenMonitoring {
  readonly UserCount: CfnParameter;
  readonly Dashboard: CfnParameter;
}

/** Returns the action that notifies the topic of a parameter, if it has one. */
export function notify(topic: CfnParameter): IAlarmAction {
  return { bind: () => ({ alarmActionArn: ifGiven(topic) }) };
}

/** Creates the dashboard if the parameter says so, and expects no secret before the first user. */
export function configureMonitoring(rotation: RedisEnterpriseRotation, given: GivenMonitoring) {
  const { UserCount, Dashboard } = given;
  const { alarms, dashboard } = rotation;
  const { stack } = Dashboard;
  const wanted = Fn.conditionEquals(Dashboard.valueAsString, 'true');
  createIf(new CfnCondition(stack, 'CreatesDashboard', { expression: wanted }), dashboard);
  const hasNoUsers = new CfnCondition(stack, 'HasNoUsers', {
    expression: Fn.conditionEquals(UserCount.valueAsString, '0'),
  });
  const alarm = alarms.ReconcileNotRunning.node.defaultChild as CfnAlarm;
  const missing = alarm.treatMissingData;
  alarm.treatMissingData = Fn.conditionIf(hasNoUsers.logicalId, 'notBreaching', missing).toString();
}
