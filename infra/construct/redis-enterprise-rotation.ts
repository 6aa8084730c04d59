import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { OVERLAP_RANGE } from '../../lambda/settings.ts';
import { Monitoring } from '../monitoring/monitoring.ts';
import { Clusters, referencedSecrets } from './clusters.ts';
import { environmentVariables } from './environment.ts';
import { Network } from './network.ts';
import { OperatorOutputs } from './outputs.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import type { RotatedSecret } from './rotated-secret.ts';
import { RotatedSecrets } from './rotated-secrets.ts';
import { RotationFunction } from './rotation-function.ts';
import { SecretAccess } from './secret-access.ts';
import type { AddSecretProps, AdoptDefaultUserProps, AdoptUserProps } from './secret-props.ts';

export type { ClusterProps } from './cluster-props.ts';
export type { RedisEnterpriseRotationProps } from './props.ts';
export { type OnRotatedProps, RotatedSecret } from './rotated-secret.ts';
export type { ScheduleProps } from './schedule.ts';
export type {
  AddSecretProps,
  AdoptDefaultUserProps,
  AdoptUserProps,
  EndpointProps,
} from './secret-props.ts';

const DEFAULT_OVERLAP = Duration.seconds(OVERLAP_RANGE.fallback);
const DEFAULT_TIMEOUT = Duration.seconds(120);

/** Rotates passwords of Redis Enterprise users with AWS Secrets Manager. */
export class RedisEnterpriseRotation extends Construct {
  readonly rotationFunction: IFunction;
  /** The path of the clusters' parameters. */
  readonly clustersPath: string;

  private readonly secrets: RotatedSecrets;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const overlap = props.overlap ?? DEFAULT_OVERLAP;
    const clusters = new Clusters(this, 'Clusters', props);
    this.clustersPath = clusters.path;
    const timeout = props.functionProps?.timeout ?? DEFAULT_TIMEOUT;
    const network = new Network(this, 'Network', props);
    const rotationFunction = new RotationFunction(this, 'Function', {
      ...props,
      ...network.placement,
      timeout,
      environment: environmentVariables(props, this.clustersPath, overlap, timeout),
    });
    const { fn, role, logGroup } = rotationFunction;
    this.rotationFunction = fn;
    const referenced = referencedSecrets(props);
    const access = new SecretAccess(this, 'Access', role, this.clustersPath, referenced);
    const groups = props.securityGroups ?? [];
    new Monitoring(this, 'Monitoring', fn, () => this.secrets.count, props);
    this.secrets = new RotatedSecrets(this, 'Users', {
      ...{ rotation: this, props, overlap, timeout, network, rotationFunction, access },
      outputs: new OperatorOutputs(this, 'Commands', fn, logGroup),
      reconcileSchedule: new ReconcileSchedule(this, 'Reconcile', fn, props),
      needed: [clusters, network, rotationFunction, access, ...groups],
    });
  }

  /** Rotates an existing secret, which must be known by its complete ARN. */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret {
    return this.secrets.add(id, secret, props);
  }

  /**
   * Creates and rotates the secret of an existing Redis user, whose password may be unknown. The
   * function logs in as the administrator of each of the user's clusters. The identity of the
   * secret follows the username. Deployments write the other fields beside the password. CDK
   * retains the secret if the user is removed from the app.
   */
  adoptUser(props: AdoptUserProps): RotatedSecret {
    return this.secrets.adopt(props);
  }

  /**
   * Creates and rotates the secret of the default user of one database, whose password may be
   * unknown. The function logs in as an administrator of the cluster. CDK retains the secret.
   */
  adoptDefaultUser(props: AdoptDefaultUserProps): RotatedSecret {
    return this.secrets.adoptDefault(props);
  }
}
