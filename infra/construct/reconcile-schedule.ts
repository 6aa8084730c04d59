import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from './props.ts';

// An hour is how late a password may die. It also keeps a function in a VPC from going inactive.
// It falls into the hour of the clock, by which its alarm counts.
const EVERY_HOUR = 'cron(0 * * * ? *)';
// A hundred secrets do not knock on a cluster all at once.
const WINDOW_MINUTES = 15;

/** Calls `reconcile` for every secret, by EventBridge Scheduler. */
export class ReconcileSchedule extends Construct {
  private readonly fn: IFunction;
  private readonly role: Role;
  private readonly schedules = new Construct(this, 'Schedules');

  constructor(
    scope: Construct,
    id: string,
    fn: IFunction,
    { permissionsBoundary }: RedisEnterpriseRotationProps,
  ) {
    super(scope, id);
    this.fn = fn;
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
      ...(permissionsBoundary && { permissionsBoundary }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
    );
  }

  /** Adds a secret. */
  add(id: string, secretArn: string): void {
    new CfnSchedule(this.schedules, id, {
      scheduleExpression: EVERY_HOUR,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: WINDOW_MINUTES },
      target: {
        arn: this.fn.functionArn,
        roleArn: this.role.roleArn,
        input: Stack.of(this).toJsonString({ Step: 'reconcile', SecretId: secretArn }),
        // A refused login counts towards a lock-out: the next hour is soon enough.
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
  }
}
