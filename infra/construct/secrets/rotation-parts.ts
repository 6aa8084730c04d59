import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import type { SecretAccess } from '../access/secret-access.ts';
import type { Network } from '../network/network.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';
import type { ReconcileSchedule } from '../schedule/reconcile-schedule.ts';
import type { OperatorOutputs } from './outputs.ts';
import type { UserFieldsProps } from './user-fields.ts';

/** The parts of a construct that its secrets use. */
export interface RotationParts {
  readonly rotation: Construct;
  readonly fn: IFunction;
  readonly overlap: Duration;
  readonly access: SecretAccess;
  readonly reconcileSchedule: ReconcileSchedule;
  readonly userFields: UserFieldsProps;
  /** Undefined if another app has the function: then its clusters and network are unknown here. */
  readonly own:
    | {
        readonly props: RedisEnterpriseRotationProps;
        readonly network: Network;
        readonly outputs: OperatorOutputs;
      }
    | undefined;
  /** Without one of these a first rotation fails, and a failed one blocks later deployments. */
  readonly scheduleDependencies: IDependable[];
}
