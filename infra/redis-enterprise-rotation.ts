import { CfnOutput, Duration, Names, Tags } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import * as names from '../lambda/environment.ts';
import { makeAdoptedSecret } from './adopted-secret.ts';
import { ClusterParameters } from './cluster-parameters.ts';
import { Network } from './network.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import { RotationFunction } from './rotation-function.ts';
import type { RedisEnterpriseRotationProps } from './rotation-props.ts';
import { rotationRules } from './schedule.ts';
import { SecretAccess } from './secret-access.ts';
import type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';
import { settings } from './settings.ts';

const OVERLAP = Duration.days(7);
const TIMEOUT = Duration.seconds(120);

// CloudFormation takes 500 resources a stack, and IAM 10 managed policies a role.
const USERS_MAX = 100;

// Parameter Store's own limit for a path leaves far more.
const PATH_CHARACTERS = 64;

/** Rotates passwords of Redis Enterprise users with AWS Secrets Manager, with nobody locked out. */
export class RedisEnterpriseRotation extends Construct {
  /** The rotation function. */
  readonly rotationFunction: IFunction;
  /** The path of the clusters' parameters. */
  readonly clustersPath: string;

  private readonly overlap: Duration;
  private readonly function: RotationFunction;
  private readonly access: SecretAccess;
  private readonly reconciling: ReconcileSchedule;
  private readonly needed: Construct[] = [];
  private users = 0;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    this.overlap = props.overlap ?? OVERLAP;
    this.clustersPath = this.addClusters(props);
    const timeout = props.functionProps?.timeout ?? TIMEOUT;
    const network = new Network(this, 'Network', props);
    this.function = new RotationFunction(this, 'Function', {
      ...props,
      ...network.placement,
      timeout,
      environment: settings(props, this.clustersPath, this.overlap, timeout),
    });
    this.rotationFunction = this.function.fn;
    const clusters = Object.values(props.clusters ?? {});
    const adminSecrets = clusters.flatMap(({ adminSecret }) => adminSecret ?? []);
    this.access = new SecretAccess(this, 'Access', this.function.role, {
      clustersPath: this.clustersPath,
      adminSecrets: [...adminSecrets, ...(props.adminSecrets ?? [])],
    });
    this.reconciling = new ReconcileSchedule(this, 'Reconcile', this.function.fn, props);
    this.needed.push(network, this.function, this.access);
  }

  /** Rotates an existing secret, which must be known by its complete ARN. */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): void {
    const secretArn = secret.secretFullArn;
    if (secretArn === undefined) {
      throw new Error(
        `secret '${secret.node.id}' must be known by its complete ARN, got a name or a part; ` +
          'use Secret.fromSecretCompleteArn, since permissions are given to that ARN alone',
      );
    }
    this.users += 1;
    if (this.users > USERS_MAX) {
      throw new Error(
        `a construct must have at most ${USERS_MAX} secrets, got one more with '${id}'; ` +
          'make a second RedisEnterpriseRotation, in a stack of its own',
      );
    }
    const rules = rotationRules(props, this.overlap);
    if (props.username !== undefined) Tags.of(secret).add(names.USER_TAG, props.username);
    const policy = this.access.add(secret);
    const scope = new Construct(this, id);
    const schedule = new CfnRotationSchedule(scope, 'Schedule', {
      secretId: secretArn,
      rotationLambdaArn: this.function.fn.functionArn,
      rotationRules: rules,
      rotateImmediatelyOnUpdate: props.rotateImmediately ?? true,
    });
    // A first rotation that fails for want of any of these would block every later deployment.
    schedule.node.addDependency(...this.needed, policy);
    this.reconciling.add(id, secretArn);
    new CfnOutput(scope, 'RotateNow', {
      description: `Rotates ${id} at once`,
      value: `aws secretsmanager rotate-secret --secret-id ${secretArn}`,
    });
  }

  /**
   * Brings an existing Redis user under management, without anybody having seen a password: makes
   * its secret, with no password in it, and rotates it at once. The secret is kept when it leaves
   * the app; other values of these properties make another secret, so that a deployment never
   * writes over a password.
   */
  adoptUser(id: string, props: AdoptUserProps): ISecret {
    const secret = makeAdoptedSecret(this, id, props);
    this.addSecret(id, secret, props);
    return secret;
  }

  /** Tells a target that a secret has a new AWSCURRENT, as after a rotation or a rollback. */
  onRotated(id: string, { secret, target }: OnRotatedProps): Rule {
    return new Rule(this, id, {
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['Secret Label Updated'],
        resources: [secret.secretArn],
        // The function moves labels of its own, which say nothing to an application.
        detail: { labelUpdated: ['AWSCURRENT'] },
      },
      targets: [target],
    });
  }

  private addClusters({ clusters, clustersPath }: RedisEnterpriseRotationProps): string {
    if ((clusters === undefined) === (clustersPath === undefined)) {
      throw new Error('supply exactly one of clusters and clustersPath');
    }
    if (clustersPath !== undefined) return clustersPath;
    const name = Names.uniqueResourceName(this, { maxLength: PATH_CHARACTERS, separator: '-' });
    const path = `/redis-enterprise-rotation/${name}`;
    const parameters = new Construct(this, 'Clusters');
    for (const [cluster, props] of Object.entries(clusters ?? {})) {
      new ClusterParameters(parameters, cluster, path, props);
    }
    this.needed.push(parameters);
    return path;
  }
}
