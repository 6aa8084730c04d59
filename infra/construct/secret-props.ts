import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ScheduleProps } from './schedule.ts';

interface RotationProps extends ScheduleProps {
  /**
   * The secret rotates at its first deployment, and at each deployment that changes the schedule.
   * If false, Secrets Manager only runs `testSecret` at those times.
   *
   * @default true
   */
  readonly rotateImmediately?: boolean;
}

export interface AddSecretProps extends RotationProps {
  /**
   * The construct tags a secret of this app with this username, which must be the `username` in the
   * secret. Admin mode needs the tag. For an imported secret, CDK prints the command that tags it.
   *
   * @default - the construct does not tag the secret
   */
  readonly username?: string;

  /**
   * The secret's value has these `clusters`. Two secrets of one `username` must not share a
   * cluster.
   *
   * @default - every cluster
   */
  readonly clusters?: string[];
}

export interface AdoptUserProps extends RotationProps {
  /** The name of an existing Redis Enterprise user. */
  readonly username: string;

  /** The function verifies the user's passwords on this database endpoint. */
  readonly host: string;

  /** The port of the database endpoint. */
  readonly port: number;

  /**
   * The secret's value gets these further fields, such as `endpoints` or `clusters`. A password is
   * invalid here.
   *
   * @default - no further fields
   */
  readonly fields?: Record<string, unknown>;

  /**
   * Secrets Manager encrypts the secret with this key.
   *
   * @default - the AWS managed key of Secrets Manager
   */
  readonly encryptionKey?: IKey;
}

export interface OnRotatedProps {
  /** A secret that is created in this app, or imported by its complete ARN. */
  readonly secret: ISecret;

  /** EventBridge invokes this target after AWSCURRENT has moved. */
  readonly target: IRuleTarget;

  /**
   * The rule is created in this scope. If the target's stack reads the secret from this stack, use
   * the target's stack.
   *
   * @default - the construct
   */
  readonly scope?: Construct;
}
