import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ScheduleProps } from './schedule.ts';

interface RotationProps extends ScheduleProps {
  /**
   * The secret rotates at its first deployment, and at each deployment that changes the schedule.
   * If false, Secrets Manager only runs `testSecret` at those times. The secret of an adopted user
   * has no password to test, so there it must be true.
   *
   * @default true
   */
  readonly rotateImmediately?: boolean;

  /**
   * The secret's value has these `clusters`, by name.
   *
   * @default - every cluster
   */
  readonly clusters?: string[];
}

export interface AddSecretProps extends RotationProps {
  /**
   * The construct tags a secret of this app with this username, which must be the `username` in the
   * secret. Admin mode needs the tag. For an imported secret, CDK prints the command that tags it.
   *
   * @default - the construct does not tag the secret
   */
  readonly username?: string;
}

/** A database endpoint. Host and port may be tokens. */
export interface EndpointProps {
  /** A host name or an IP address. */
  readonly host: string;

  readonly port: number;
}

/** What the secret of any adopted user may have. */
interface AdoptProps extends RotationProps {
  /**
   * The databases use TLS.
   *
   * @default - the function uses TLS
   */
  readonly ssl?: boolean;

  /**
   * The function logs in as an administrator, with the client certificate if the cluster has no
   * `adminSecret`.
   *
   * @default - the administrator of each cluster that has an `adminSecret`
   */
  readonly login?: 'admin';

  /**
   * The secret's value gets these further fields, for applications. Each deployment writes them
   * beside the password. Do not use passwords or fields that have a property of their own.
   *
   * @default - no further fields
   */
  readonly extraFields?: Record<string, unknown>;

  /**
   * The name of the secret. Another name replaces the secret.
   *
   * @default - CloudFormation generates a name
   */
  readonly secretName?: string;

  /**
   * What happens to the secret if the user is removed from the app.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The construct uses this secret, which an earlier deployment kept, and creates none. Import it
   * by its complete ARN, with its `encryptionKey` if it has one.
   *
   * @default - the construct creates a secret
   */
  readonly secret?: ISecret;

  /**
   * Secrets Manager encrypts the secret with this key. An alias is not a key.
   *
   * @default - the AWS managed key of Secrets Manager
   */
  readonly encryptionKey?: IKey;
}

export interface AdoptUserProps extends AdoptProps {
  /**
   * The name of an existing Redis Enterprise user. The identity of the secret follows this name:
   * with another username, the app creates another secret.
   */
  readonly username: string;

  /**
   * The function verifies the user's passwords on these database endpoints. The first endpoint
   * becomes `host` and `port` of the secret's value, the others its `endpoints`.
   */
  readonly endpoints: EndpointProps[];

  /**
   * The user's login to the REST API, if it differs from the username.
   *
   * @default - the username
   */
  readonly email?: string;
}

export interface AdoptDefaultUserProps extends AdoptProps {
  /**
   * The database, which asks for a password. The identity of the secret and its tag follow this
   * endpoint: with another one, the app creates another secret. It must be known at synthesis.
   */
  readonly database: EndpointProps;
}
