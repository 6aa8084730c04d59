import { Stack } from 'aws-cdk-lib';
import {
  type IManagedPolicy,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

// An expired password is deleted up to one hour late. Hourly calls also keep a function in a VPC
// from becoming inactive. The alarm counts by the hour of the clock, so calls stay within it.
const EVERY_HOUR = 'cron(0 * * * ? *)';
// Spreads the logins of up to 100 secrets to a cluster.
const WINDOW_MINUTES = 15;

/** The EventBridge schedules that invoke `reconcile` for every secret. */
export class ReconcileSchedule extends Construct {
  private readonly fn: IFunction;
  /** EventBridge Scheduler invokes the function with this role. */
  readonly role: Role;
  private readonly schedules = new Construct(this, 'Schedules');

  constructor(
    scope: Construct,
    id: string,
    fn: IFunction,
    { permissionsBoundary }: { permissionsBoundary?: IManagedPolicy | undefined },
  ) {
    super(scope, id);
    this.fn = fn;
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
      ...(permissionsBoundary && { permissionsBoundary }),
    });
    const invoke = { actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] };
    new ManagedPolicy(this, 'Policy', {
      roles: [this.role],
      statements: [new PolicyStatement(invoke)],
    });
  }

  /** Creates the schedule of a secret. */
  add(id: string, secretArn: string): void {
    const { functionArn } = this.fn;
    const { roleArn } = this.role;
    createReconcileSchedule(this.schedules, id, { functionArn, roleArn, secretArn });
  }
}

interface ReconcileProps {
  readonly functionArn: string;
  readonly roleArn: string;
  readonly secretArn: string;
}

/** Creates the schedule of a secret. */
export function createReconcileSchedule(
  scope: Construct,
  id: string,
  { functionArn, roleArn, secretArn }: ReconcileProps,
): CfnSchedule {
  return new CfnSchedule(scope, id, {
    scheduleExpression: EVERY_HOUR,
    flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: WINDOW_MINUTES },
    target: {
      arn: functionArn,
      roleArn,
      input: Stack.of(scope).toJsonString({ Step: 'reconcile', SecretId: secretArn }),
      // A rejected login counts towards a lockout, so wait for the next hour.
      retryPolicy: { maximumRetryAttempts: 0 },
    },
  });
}
