import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { RotationProps } from './secret-props.ts';

/** A database endpoint. Host and port may be tokens. */
export interface EndpointProps {
  /**
   * A host name or an IP address.
   *
   * @example
   * const host = 'redis-12000.redis.eu.example.com';
   * rotation.adoptUser({ ...ordersProps, endpoints: [{ host, port: 12000 }] });
   */
  readonly host: string;

  /**
   * A port from 1 to 65535.
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, endpoints: [{ host: '10.0.0.1', port: 6379 }] });
   */
  readonly port: number;
}

/** The properties of a secret that the construct creates for a user. */
export interface AdoptProps extends RotationProps {
  /**
   * Set it to false if the databases do not use TLS.
   *
   * @default - the function uses TLS
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, ssl: false });
   */
  readonly ssl?: boolean;

  /**
   * Set it to `admin` if a cluster of the user has no `adminSecret`. The function then logs in with
   * the client certificate of an administrator.
   *
   * @default - the administrator of each cluster that has an `adminSecret`
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, login: 'admin' });
   */
  readonly login?: 'admin';

  /**
   * More fields of the secret's value, for applications. Each deployment writes them and keeps the
   * password. Do not put passwords here, or fields that have a property of their own.
   *
   * @default - no further fields
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, extraFields: { dbname: 'orders' } });
   */
  readonly extraFields?: Record<string, unknown>;

  /**
   * The name of the secret. If you change the name, the app creates another secret.
   *
   * @default - CloudFormation generates a name
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, secretName: 'redis/orders' });
   */
  readonly secretName?: string;

  /**
   * What happens to the secret if the user is removed from the app.
   *
   * @default RemovalPolicy.RETAIN
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, removalPolicy: RemovalPolicy.DESTROY });
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * A secret that an earlier deployment kept. The construct uses it and creates no other secret.
   * Import it by its complete ARN, with its `encryptionKey` if it has one.
   *
   * @default - the construct creates a secret
   *
   * @example
   * const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1b2c3';
   * const secret = Secret.fromSecretCompleteArn(this, 'Orders', arn);
   * rotation.adoptUser({ ...ordersProps, secret });
   */
  readonly secret?: ISecret;

  /**
   * Secrets Manager encrypts the secret with this key. Use the key, not an alias.
   *
   * @default - the AWS managed key of Secrets Manager
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, encryptionKey });
   */
  readonly encryptionKey?: IKey;
}

/** An existing Redis Enterprise user, whose secret the construct creates. */
export interface AdoptUserProps extends AdoptProps {
  /**
   * The name of an existing Redis Enterprise user. If you change the username, the app creates
   * another secret.
   *
   * @example
   * const host = 'redis-12000.redis.eu.example.com';
   * const automaticallyAfter = Duration.days(30);
   * const endpoints = [{ host, port: 12000 }];
   * const ordersProps = { username: 'orders', endpoints, automaticallyAfter };
   * rotation.adoptUser(ordersProps);
   */
  readonly username: string;

  /**
   * The function verifies the user's passwords on these database endpoints. The first endpoint
   * becomes `host` and `port` of the secret's value, the others its `endpoints`.
   *
   * @example
   * const host = 'redis-12000.redis.eu.example.com';
   * const other = 'redis-12001.redis.eu.example.com';
   * const endpoints = [{ host, port: 12000 }, { host: other, port: 12001 }];
   * rotation.adoptUser({ ...ordersProps, endpoints });
   */
  readonly endpoints: EndpointProps[];

  /**
   * The user's login to the REST API, if it differs from the username.
   *
   * @default - the username
   *
   * @example
   * rotation.adoptUser({ ...ordersProps, email: 'orders@example.com' });
   */
  readonly email?: string;
}
