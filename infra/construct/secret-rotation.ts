import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { AdoptDefaultUserProps } from './default-user-props.ts';
import type { RotatedSecret } from './rotated-secret.ts';
import type { RotatedSecrets } from './rotated-secrets.ts';
import { type IRedisEnterpriseRotation, RotationBase } from './rotation-base.ts';
import type { AddSecretProps } from './secret-props.ts';
import type { AdoptUserProps } from './user-props.ts';

/** Rotates secrets with a function of this app or of another app. */
export abstract class SecretRotation extends RotationBase implements IRedisEnterpriseRotation {
  protected abstract readonly secrets: RotatedSecrets;

  /**
   * Rotates an existing secret, which must be known by its complete ARN. Its value must be JSON with
   * `username` and `password`. If this app creates the secret with `secretString` or
   * `generateSecretString`, acknowledge the warning, and never change that property.
   *
   * @example
   * const billing = { username: 'billing', schedule: 'rate(30 days)' };
   * rotation.addSecret('Billing', billingSecret, billing).grantRead(task.taskRole);
   */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret {
    return this.secrets.add(id, secret, props);
  }

  /**
   * Creates and rotates the secret of an existing Redis user, whose password may be unknown. The
   * function logs in as the administrator of each of the user's clusters. The identity of the
   * secret follows the username. Deployments write the other fields beside the password. CDK
   * retains the secret if the user is removed from the app.
   *
   * @example
   * const orders = rotation.adoptUser({
   *   username: 'orders',
   *   endpoints: [{ host: 'redis-12000.redis.eu.example.com', port: 12000 }],
   *   automaticallyAfter: Duration.days(30),
   * });
   */
  adoptUser(props: AdoptUserProps): RotatedSecret {
    return this.secrets.adopt(props);
  }

  /**
   * Creates and rotates the secret of the default user of one database, whose password may be
   * unknown. The function logs in as an administrator of the cluster. CDK retains the secret.
   *
   * @example
   * rotation.adoptDefaultUser({
   *   database: { host: 'redis-12000.redis.eu.example.com', port: 12000 },
   *   automaticallyAfter: Duration.days(30),
   * });
   */
  adoptDefaultUser(props: AdoptDefaultUserProps): RotatedSecret {
    return this.secrets.adoptDefault(props);
  }
}
