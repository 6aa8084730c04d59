import type { Duration } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import type { Network } from './network.ts';
import type { OperatorOutputs } from './outputs.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import type { ReconcileSchedule } from './reconcile-schedule.ts';
import type { RotationFunction } from './rotation-function.ts';
import type { SecretAccess } from './secret-access.ts';

/** The parts of a construct that its secrets use. */
export interface RotationParts {
  readonly rotation: Construct;
  readonly props: RedisEnterpriseRotationProps;
  readonly overlap: Duration;
  readonly timeout: Duration;
  readonly network: Network;
  readonly rotationFunction: RotationFunction;
  readonly access: SecretAccess;
  readonly outputs: OperatorOutputs;
  readonly reconcileSchedule: ReconcileSchedule;
  /** Without one of these a first rotation fails, and a failed one blocks later deployments. */
  readonly needed: IDependable[];
}
