import { CfnOutput, type Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { type AddedSecret, checkAddable } from './added-secrets.ts';
import { checkSecretAccount, completeArn } from './complete-arn.ts';
import type { Network } from './network.ts';
import type { OperatorOutputs } from './outputs.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import type { ReconcileSchedule } from './reconcile-schedule.ts';
import { type IRedisEnterpriseRotation, RotationBase } from './rotation-base.ts';
import { rotationRules } from './schedule.ts';
import type { SecretAccess } from './secret-access.ts';
import type { AddSecretProps, AdoptUserProps, OnRotatedProps } from './secret-props.ts';
import { createUserSecret, databasePorts, namedClusters } from './user-secret.ts';
import { checkUsername, tagWithUser } from './user-tag.ts';

/** What the secrets of a construct share. */
export type SharedParts = {
  overlap: Duration;
  access: SecretAccess;
  reconcileSchedule: ReconcileSchedule;
  /** Undefined if another app has the function: then its clusters and network are unknown here. */
  own:
    | { props: RedisEnterpriseRotationProps; network: Network; outputs: OperatorOutputs }
    | undefined;
  /** A first rotation works once these exist. */
  dependencies: IDependable[];
};

/** Rotates secrets with a function of this app or of another app. */
export abstract class SecretRotation extends RotationBase implements IRedisEnterpriseRotation {
  protected abstract readonly shared: SharedParts;
  protected readonly secrets: AddedSecret[] = [];
  // Scopes of their own, so that no id of a caller collides with an id of this construct.
  private readonly users = new Construct(this, 'Users');
  private readonly rules = new Construct(this, 'Rules');

  /**
   * Rotates an existing secret, which must be known by its complete ARN.
   *
   * @example
   * const billing = { username: 'billing', schedule: 'rate(30 days)' };
   * rotation.addSecret('Billing', billingSecret, billing);
   */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): void {
    const { overlap, access, reconcileSchedule, own, dependencies } = this.shared;
    const secretArn = completeArn(this, secret);
    checkSecretAccount(this, secret);
    const { username, clusters } = props;
    const added = { id, arn: secretArn, username, clusters };
    checkAddable(added, this.secrets);
    this.secrets.push(added);
    const rules = rotationRules(props, overlap);
    if (username !== undefined) {
      checkUsername(id, username);
      tagWithUser(secret, username);
    }
    access.add(secret);
    const scope = new Construct(this.users, id);
    const schedule = new CfnRotationSchedule(scope, 'Schedule', {
      secretId: secretArn,
      rotationLambdaArn: this.rotationFunction.functionArn,
      rotationRules: rules,
      rotateImmediatelyOnUpdate: props.rotateImmediately ?? true,
    });
    // Without one of these the first rotation fails, and a failed one blocks later deployments.
    schedule.node.addDependency(...dependencies);
    reconcileSchedule.add(id, secretArn);
    own?.outputs.addSecret(secretArn);
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
   *
   * @example
   * const secret = rotation.adoptUser('Orders', {
   *   username: 'orders',
   *   host: 'redis-12000.redis.eu.example.com',
   *   port: 12000,
   *   schedule: 'rate(30 days)',
   * });
   */
  adoptUser(id: string, props: AdoptUserProps): ISecret {
    const { own } = this.shared;
    const secret = createUserSecret(this.users, id, props, own?.props);
    for (const port of databasePorts(props)) own?.network.allowDatabase(port);
    this.addSecret(id, secret, { ...props, ...namedClusters(props) });
    return secret;
  }

  /**
   * Invokes a target each time AWSCURRENT of a secret moves: after a rotation or a rollback.
   *
   * @example
   * rotation.onRotated('Restart', { secret, target });
   */
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
