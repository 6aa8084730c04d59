import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from '../construct/props.ts';
import { Alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';

// The package contains the runbook, whose address on the web is unknown here.
const RUNBOOK = 'docs/runbook.md of redis-enterprise-rotation, article ';

/** The alarms and the dashboard of a function and its secrets. */
export class Monitoring extends Construct {
  constructor(
    scope: Construct,
    id: string,
    fn: IFunction,
    secretCount: () => number,
    { alarmTopic, runbookUrl = RUNBOOK, dashboard = true }: RedisEnterpriseRotationProps,
  ) {
    super(scope, id);
    const { alarms } = new Alarms(this, 'Alarms', { fn, secretCount, alarmTopic, runbookUrl });
    if (dashboard) createDashboard(this, 'Dashboard', fn, alarms);
  }
}
