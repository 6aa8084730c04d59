import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AlarmName } from './alarm-definitions.ts';
import { Alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { MonitoringProps } from './monitoring-props.ts';
import { secretCounter } from './secret-count.ts';

// The package contains both pages, whose address on the web is unknown here.
export const RUNBOOK = 'docs/guides/on-call.md of redis-enterprise-rotation, then docs/runbook.md';

/** The alarms and the dashboard of a function and its secrets. */
export class Monitoring extends Construct {
  readonly alarms: Readonly<Record<AlarmName, Alarm>>;
  readonly dashboard: Dashboard | undefined;

  constructor(
    scope: Construct,
    id: string,
    fn: IFunction,
    ownSecretCount: () => number,
    props: MonitoringProps,
  ) {
    super(scope, id);
    const { alarmTopic, alarmActions = [], secretsOfOtherStacks = 0 } = props;
    const { runbookUrl = RUNBOOK, dashboard = true } = props;
    const secretCount = secretCounter(this, ownSecretCount, secretsOfOtherStacks);
    const given = { fn, secretCount, alarmTopic, alarmActions, runbookUrl };
    this.alarms = new Alarms(this, 'Alarms', given).alarms;
    if (dashboard) {
      this.dashboard = createDashboard(this, 'Dashboard', fn, Object.values(this.alarms));
    }
  }
}
