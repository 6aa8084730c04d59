import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { Monitoring } from '../monitoring/monitoring.ts';
import { type AddedSecret, checkAdded } from './added-secrets.ts';
import { Clusters, referencedSecrets } from './clusters.ts';
import { checkAccount, completeArn } from './complete-arn.ts';
import { settings } from './environment.ts';
import { Network } from './network.ts';
import { OperatorOutputs } from './outputs.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import { RotationFunction } from './rotation-function.ts';
import { rotationRules } from './schedule.ts';
import { SecretAccess } from './secret-access.ts';
import type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';
import { checkUsername, createUserSecret, databasePorts, namedClusters } from './user-secret.ts';
import { tagWithUser } from './user-tag.ts';

// What an app that imports the package gives and gets.
export type { ClusterProps } from './cluster-parameters.ts';
export type { RedisEnterpriseRotationProps } from './props.ts';
export type { ScheduleProps } from './schedule.ts';
export type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';

const OVERLAP = Duration.days(7);
const TIMEOUT = Duration.seconds(120);

/** Rotates passwords of Redis Enterprise users with AWS Secrets Manager, with nobody locked out. */
export class RedisEnterpriseRotation extends Construct {
  /** The rotation function. */
  readonly rotationFunction: IFunction;
  /** The path of the clusters' parameters. */
  readonly clustersPath: string;

  private readonly props: RedisEnterpriseRotationProps;
  private readonly overlap: Duration;
  private readonly network: Network;
  private readonly access: SecretAccess;
  private readonly commands: OperatorOutputs;
  private readonly reconciling: ReconcileSchedule;
  // Each has a scope of its own, so that no id of a user's meets one of ours.
  private readonly users = new Construct(this, 'Users');
  private readonly rules = new Construct(this, 'Rules');
  private readonly scheduleDependencies: IDependable[];
  private readonly secrets: AddedSecret[] = [];

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    this.props = props;
    this.overlap = props.overlap ?? OVERLAP;
    const clusters = new Clusters(this, 'Clusters', props);
    this.clustersPath = clusters.path;
    const timeout = props.functionProps?.timeout ?? TIMEOUT;
    this.network = new Network(this, 'Network', props);
    const rotationFunction = new RotationFunction(this, 'Function', {
      ...props,
      ...this.network.placement,
      timeout,
      environment: settings(props, this.clustersPath, this.overlap, timeout),
    });
    const { fn, role, logGroup } = rotationFunction;
    this.rotationFunction = fn;
    const named = referencedSecrets(props);
    this.access = new SecretAccess(this, 'Access', role, this.clustersPath, named);
    this.commands = new OperatorOutputs(this, 'Commands', fn, logGroup);
    this.reconciling = new ReconcileSchedule(this, 'Reconcile', fn, props);
    const groups = props.securityGroups ?? [];
    new Monitoring(this, 'Monitoring', fn, () => this.secrets.length, props);
    this.scheduleDependencies = [clusters, this.network, rotationFunction, this.access, ...groups];
  }

  /** Rotates an existing secret, which must be known by its complete ARN. */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): void {
    const secretArn = completeArn(this, secret);
    checkAccount(this, secret);
    const { username, clusters } = props;
    const added = { id, arn: secretArn, username, clusters };
    checkAdded(added, this.secrets);
    this.secrets.push(added);
    const rules = rotationRules(props, this.overlap);
    if (username !== undefined) {
      checkUsername(id, username);
      tagWithUser(secret, username);
    }
    this.access.add(secret);
    const scope = new Construct(this.users, id);
    const schedule = new CfnRotationSchedule(scope, 'Schedule', {
      secretId: secretArn,
      rotationLambdaArn: this.rotationFunction.functionArn,
      rotationRules: rules,
      rotateImmediatelyOnUpdate: props.rotateImmediately ?? true,
    });
    // A first rotation that fails for want of any of these would block every later deployment.
    schedule.node.addDependency(...this.scheduleDependencies);
    this.reconciling.add(id, secretArn);
    this.commands.add(secretArn);
    new CfnOutput(scope, 'RotateNow', {
      description: `Rotates ${id} at once`,
      value:
        `aws secretsmanager rotate-secret --region ${Stack.of(this).region} ` +
        `--secret-id ${secretArn}`,
    });
  }

  /**
   * Brings an existing Redis user under management, without anybody having seen a password: makes
   * its secret, with no password in it, and rotates it at once, as the administrator of each of
   * the user's clusters. The secret is kept when it leaves the app; other values of these
   * properties make another secret, so that a deployment never writes over a password.
   */
  adoptUser(id: string, props: AdoptUserProps): ISecret {
    const secret = createUserSecret(this.users, id, props, this.props);
    for (const port of databasePorts(props)) this.network.allowDatabase(port);
    this.addSecret(id, secret, { ...props, ...namedClusters(props) });
    return secret;
  }

  /** Tells a target that a secret has a new AWSCURRENT, as after a rotation or a rollback. */
  onRotated(id: string, { secret, target, scope = this.rules }: OnRotatedProps): Rule {
    return new Rule(scope, id, {
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['Secret Label Updated'],
        resources: [completeArn(this, secret)],
        // The function moves labels of its own, which say nothing to an application.
        detail: { labelUpdated: ['AWSCURRENT'] },
      },
      targets: [target],
    });
  }
}
