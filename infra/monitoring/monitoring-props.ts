import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** The alarms and the dashboard. */
export interface MonitoringProps {
  /**
   * The alarms notify this topic. The construct creates the alarms without a topic too.
   *
   * @default - the alarms notify no topic
   *
   * @example
   * const alarmTopic = new Topic(this, 'Alarms');
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, alarmTopic });
   */
  readonly alarmTopic?: ITopic;

  /**
   * The alarms take these actions too, for example to open an incident.
   *
   * @default - the alarms notify `alarmTopic` only
   *
   * @example
   * const alarmActions = [new SsmIncidentAction('redis')];
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, alarmActions });
   */
  readonly alarmActions?: IAlarmAction[];

  /**
   * The number of secrets that other stacks and apps rotate by `fromAttributes`. The alarm
   * ReconcileNotRunning counts them with the secrets of this construct. The number may be a token
   * only if this construct has no secrets of its own.
   *
   * @default 0
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, secretsOfOtherStacks: 3 });
   */
  readonly secretsOfOtherStacks?: number;

  /**
   * If false, the construct creates no dashboard. AWS charges for each dashboard of an account
   * after the third.
   *
   * @default true
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, dashboard: false });
   */
  readonly dashboard?: boolean;

  /**
   * The address of your copy of the runbook. The description of each alarm links to its article.
   *
   * @default - the runbook's path in the package
   *
   * @example
   * const runbookUrl = 'https://wiki.example.com/redis-rotation';
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, runbookUrl });
   */
  readonly runbookUrl?: string;
}
