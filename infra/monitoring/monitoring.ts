import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from '../construct/props.ts';
import { Alarms } from './alarms.ts';
import { makeDashboard } from './dashboard.ts';

// The package carries it. Where it can be read in a browser, only whoever deploys knows.
const RUNBOOK = 'docs/runbook.md of redis-enterprise-rotation, article ';

/** Silence is noticed: alarms and a dashboard for a function and as many secrets as there are. */
export class Monitoring extends Construct {
  constructor(
    scope: Construct,
    id: string,
    fn: IFunction,
    secrets: () => number,
    { alarmTopic, runbookUrl = RUNBOOK, dashboard = true }: RedisEnterpriseRotationProps,
  ) {
    super(scope, id);
    const { alarms } = new Alarms(this, 'Alarms', { fn, secrets, alarmTopic, runbookUrl });
    if (dashboard) makeDashboard(this, 'Dashboard', fn, alarms);
  }
}
