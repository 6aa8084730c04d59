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
   * Rotates an existing secret. Import a secret by its complete ARN. Its value must be JSON with
   * `username` and `password`. If this app creates the secret with `secretString` or
   * `generateSecretString`, never change that property, and acknowledge the warning.
   *
   * @example
   * const billing = { username: 'billing', schedule: 'rate(30 days)' };
   * rotation.addSecret('Billing', billingSecret, billing).grantRead(task.taskRole);
   */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret {
    return this.secrets.add(id, secret, props);
  }

  /**
   * Creates and rotates the secret of an existing Redis user. You do not need the user's password:
   * the function logs in as the administrator of each of the user's clusters. Deployments write the
   * other fields and keep the password. If you remove the user from the app, CDK retains the
   * secret.
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
   * Creates and rotates the secret of the default user of one database. You do not need its
   * password: the function logs in as an administrator of the cluster. If you remove the user from
   * the app, CDK retains the secret.
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
