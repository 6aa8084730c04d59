import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ScheduleProps } from './schedule.ts';

export interface RotationProps extends ScheduleProps {
  /**
   * Whether the secret rotates at deployment: the first, and every later one that changes the
   * schedule. Otherwise only the login is tested then.
   *
   * @default true
   */
  readonly rotateImmediately?: boolean;
}

export interface AddSecretProps extends RotationProps {
  /**
   * The username in the secret, with which a secret of this app is tagged. Admin mode needs the
   * tag; a secret of elsewhere has to be tagged there.
   *
   * @default - the secret is not tagged
   */
  readonly username?: string;

  /**
   * The `clusters` in the secret's value. Two secrets of one `username` must not share a cluster.
   *
   * @default - every cluster
   */
  readonly clusters?: string[];
}

export interface AdoptUserProps extends RotationProps {
  /** The name of an existing Redis Enterprise user. */
  readonly username: string;

  /** A database endpoint on which the user's passwords are proved. */
  readonly host: string;
  readonly port: number;

  /**
   * Further fields of the secret's value, such as `endpoints` or `clusters`; no password.
   *
   * @default - none
   */
  readonly fields?: Record<string, unknown>;

  /**
   * The secret's key.
   *
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKey?: IKey;
}

export interface OnRotatedProps {
  /** By its complete ARN. */
  readonly secret: ISecret;
  /** What is told that applications read another password from now on. */
  readonly target: IRuleTarget;

  /**
   * Where the rule is made: in the target's stack, if that stack reads the secret from this one.
   *
   * @default - in the construct
   */
  readonly scope?: Construct;
}
