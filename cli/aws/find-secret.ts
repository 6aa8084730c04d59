import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { descriptionOf, type SecretDescription } from '../../lambda/secret/description.ts';
import { taggedUser } from '../../lambda/secret/user.ts';
import { Failure, UsageError } from '../failure.ts';
import type { Session } from '../session.ts';
import { plainText } from '../terminal.ts';
import type { Clients } from './clients.ts';
import { howToEnable } from './enable-rotation.ts';

/** A secret without its value. */
export type FoundSecret = SecretDescription & {
  arn: string;
  name: string;
  /** The value of the user tag. */
  user: string | undefined;
  /** The Region of the primary secret, if the secret is replicated. */
  primaryRegion: string | undefined;
  /** Whether the secret is marked for deletion. */
  isDeleted: boolean;
};

/** Reads the labels, dates and tags of a secret. @throws UsageError without `--secret`. */
export async function findSecret(
  secret: Session['values']['secret'],
  { secretsManager, callOptions }: Clients,
): Promise<FoundSecret> {
  if (secret === undefined) throw new UsageError('give --secret');
  const command = new DescribeSecretCommand({ SecretId: secret });
  const reply = await secretsManager.send(command, callOptions);
  return toFoundSecret(reply);
}

/** Returns a reply of DescribeSecret in the terms of the commands. */
export function toFoundSecret(reply: DescribeSecretResponse): FoundSecret {
  const description = descriptionOf(reply);
  const { ARN: arn = '', Name: name = arn, PrimaryRegion: primaryRegion } = reply;
  const user = taggedUser(description.tags);
  const isDeleted = reply.DeletedDate !== undefined;
  return { ...description, arn, name, user, primaryRegion, isDeleted };
}

// Such as the secret of an administrator.
const NOT_DEPLOYED = 'name a secret that `status` lists, or add this secret to the deployment';

/** Returns the ARN of the function that rotates a secret. */
export function requireFunction(secret: FoundSecret): string {
  const { functionArn, name, user } = secret;
  if (functionArn !== undefined) return functionArn;
  const message = `secret ${plainText(name)} has no rotation function`;
  const hint = user === undefined ? NOT_DEPLOYED : howToEnable(secret);
  throw new Failure(2, 'rotation_not_enabled', message, hint);
}
