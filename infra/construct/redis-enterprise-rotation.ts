import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { OVERLAP_RANGE } from '../../lambda/settings.ts';
import { Monitoring } from '../monitoring/monitoring.ts';
import { type AddedSecret, checkAddable } from './added-secrets.ts';
import { Clusters, referencedSecrets } from './clusters.ts';
import { checkSecretAccount, completeArn } from './complete-arn.ts';
import { environmentVariables } from './environment.ts';
import { Network } from './network.ts';
import { OperatorOutputs } from './outputs.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import { RotationFunction } from './rotation-function.ts';
import { rotationRules } from './schedule.ts';
import { SecretAccess } from './secret-access.ts';
import type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';
import { createUserSecret, databasePorts, namedClusters } from './user-secret.ts';
import { checkUsername, tagWithUser } from './user-tag.ts';

export type { ClusterProps } from './cluster-props.ts';
export type { RedisEnterpriseRotationProps } from './props.ts';
export type { ScheduleProps } from './schedule.ts';
export type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';

const DEFAULT_OVERLAP = Duration.seconds(OVERLAP_RANGE.fallback);
const DEFAULT_TIMEOUT = Duration.seconds(120);

/** Rotates passwords of Redis Enterprise users with AWS Secrets Manager. */
export class RedisEnterpriseRotation extends Construct {
  readonly rotationFunction: IFunction;
  /** The path of the clusters' parameters. */
  readonly clustersPath: string;

  private readonly props: RedisEnterpriseRotationProps;
  private readonly overlap: Duration;
  private readonly network: Network;
  private readonly access: SecretAccess;
  private readonly outputs: OperatorOutputs;
  private readonly reconcileSchedule: ReconcileSchedule;
  // Scopes of their own, so that no id of a caller collides with an id of this construct.
  private readonly users = new Construct(this, 'Users');
  private readonly rules = new Construct(this, 'Rules');
  private readonly scheduleDependencies: IDependable[];
  private readonly secrets: AddedSecret[] = [];

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    this.props = props;
    this.overlap = props.overlap ?? DEFAULT_OVERLAP;
    const clusters = new Clusters(this, 'Clusters', props);
    this.clustersPath = clusters.path;
    const timeout = props.functionProps?.timeout ?? DEFAULT_TIMEOUT;
    this.network = new Network(this, 'Network', props);
    const rotationFunction = new RotationFunction(this, 'Function', {
      ...props,
      ...this.network.placement,
      timeout,
      environment: environmentVariables(props, this.clustersPath, this.overlap, timeout),
    });
    const { fn, role, logGroup } = rotationFunction;
    this.rotationFunction = fn;
    const referenced = referencedSecrets(props);
    this.access = new SecretAccess(this, 'Access', role, this.clustersPath, referenced);
    this.outputs = new OperatorOutputs(this, 'Commands', fn, logGroup);
    this.reconcileSchedule = new ReconcileSchedule(this, 'Reconcile', fn, props);
    const groups = props.securityGroups ?? [];
    new Monitoring(this, 'Monitoring', fn, () => this.secrets.length, props);
    this.scheduleDependencies = [clusters, this.network, rotationFunction, this.access, ...groups];
  }

  /** Rotates an existing secret, which must be known by its complete ARN. */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): void {
    const secretArn = completeArn(this, secret);
    checkSecretAccount(this, secret);
    const { username, clusters } = props;
    const added = { id, arn: secretArn, username, clusters };
    checkAddable(added, this.secrets);
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
    // Without one of these the first rotation fails, and a failed one blocks later deployments.
    schedule.node.addDependency(...this.scheduleDependencies);
    this.reconcileSchedule.add(id, secretArn);
    this.outputs.addSecret(secretArn);
    new CfnOutput(scope, 'RotateNow', {
      description: `Rotates ${id} immediately`,
      value:
        `aws secretsmanager rotate-secret --region ${Stack.of(this).region} ` +
        `--secret-id ${secretArn}`,
    });
  }

  /**
   * Creates and rotates the secret of an existing Redis user, whose password may be unknown. The
   * function logs in as the administrator of each of the user's clusters. CDK retains the secret if
   * it is removed from the app. Other values of these properties create another secret, so that a
   * deployment never overwrites a password.
   */
  adoptUser(id: string, props: AdoptUserProps): ISecret {
    const secret = createUserSecret(this.users, id, props, this.props);
    for (const port of databasePorts(props)) this.network.allowDatabase(port);
    this.addSecret(id, secret, { ...props, ...namedClusters(props) });
    return secret;
  }

  /** Invokes a target each time AWSCURRENT of a secret moves: after a rotation or a rollback. */
  onRotated(id: string, { secret, target, scope = this.rules }: OnRotatedProps): Rule {
    return new Rule(scope, id, {
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['Secret Label Updated'],
        resources: [completeArn(this, secret)],
        // Labels that the function moves for itself do not concern applications.
        detail: { labelUpdated: ['AWSCURRENT'] },
      },
      targets: [target],
    });
  }
}
