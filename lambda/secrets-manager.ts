import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { awsFailure } from './aws-failure.ts';
import { RotationError } from './errors.ts';
import type { LabelChange } from './ledger.ts';
import type { Log } from './log.ts';
import { findVersion, has, liveLabel, PENDING, type Staging } from './staging.ts';
import type { Time } from './time.ts';

/** A secret in AWS Secrets Manager, by its ARN, and what is needed to call it. */
export type Secret = { arn: string; client: SecretsManagerClient; log: Log; sleep: Time['sleep'] };

/**
 * Waits before a read is repeated that may be behind a write. Secrets Manager is eventually
 * consistent and AWS gives no figure; seconds were seen, so three of them are waited in all.
 */
export const STALE_READ_WAITS_MS = [100, 200, 400, 800, 1_600] as const;

// What GetRandomPassword takes for punctuation.
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export async function describeSecret({ client, arn }: Secret): Promise<Staging> {
  const command = new DescribeSecretCommand({ SecretId: arn });
  const reply = await client.send(command).catch(failed('DescribeSecret'));
  const versions = Object.entries(reply.VersionIdsToStages ?? {});
  return {
    rotationEnabled: reply.RotationEnabled === true,
    tags: new Map(reply.Tags?.map(({ Key = '', Value = '' }) => [Key, Value])),
    versions: versions.map(([id, labels]) => ({ id, labels })),
  };
}

/**
 * The value of a version, which never changes. One that is not found may only be late, so it is
 * asked for again; undefined where it stays away, as AWS's valueless pending version does.
 */
export async function readVersion(secret: Secret, id: string): Promise<string | undefined> {
  const command = new GetSecretValueCommand({ SecretId: secret.arn, VersionId: id });
  for (const wait of [...STALE_READ_WAITS_MS, undefined]) {
    try {
      return textOf(await secret.client.send(command)).text;
    } catch (error) {
      if (!isNamed(error, 'ResourceNotFoundException')) failed('GetSecretValue')(error);
      if (wait !== undefined) await secret.sleep(wait);
    }
  }
  return undefined;
}

/** The value that has AWSCURRENT and its VersionId, for a secret that is not rotated here. */
export async function readCurrent({ client, arn }: Secret) {
  const command = new GetSecretValueCommand({ SecretId: arn });
  return textOf(await client.send(command).catch(failed('GetSecretValue')));
}

/** Value, AWSPENDING and LIVE in one call; false where the version has another value already. */
export async function putPending(
  { client, arn, log }: Secret,
  version: { id: string; text: string; rotationToken: string | undefined },
): Promise<boolean> {
  const command = new PutSecretValueCommand({
    SecretId: arn,
    ClientRequestToken: version.id,
    SecretString: version.text,
    VersionStages: [PENDING, liveLabel(version.id)],
    RotationToken: version.rotationToken,
  });
  try {
    await client.send(command);
  } catch (error) {
    if (isNamed(error, 'ResourceExistsException')) return false;
    return failed('PutSecretValue')(error);
  }
  log('INFO', 'pending version written', { versionId: version.id });
  return true;
}

/** Puts, moves or takes off one label; a change that somebody else made already is made. */
export async function changeLabel(secret: Secret, change: LabelChange): Promise<void> {
  const isPut = 'put' in change;
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secret.arn,
    VersionStage: isPut ? change.put : change.takeOff,
    MoveToVersionId: isPut ? change.on : undefined,
    RemoveFromVersionId: isPut ? change.movedFrom : change.from,
  });
  try {
    await secret.client.send(command);
  } catch (error) {
    // A repeated or concurrent run may have made the change: the labels tell, not the message.
    if (!isMade(await describeSecret(secret), change)) failed('UpdateSecretVersionStage')(error);
  }
  secret.log('INFO', 'label changed', { ...change });
}

export async function randomPassword(
  { client }: Secret,
  length: number,
  excludeCharacters: string,
): Promise<string> {
  const command = new GetRandomPasswordCommand({
    PasswordLength: length,
    ExcludeCharacters: excludeCharacters,
    // A type of which every character is excluded cannot be required too.
    ExcludePunctuation: [...PUNCTUATION].every((one) => excludeCharacters.includes(one)),
    RequireEachIncludedType: true,
  });
  const { RandomPassword } = await client.send(command).catch(failed('GetRandomPassword'));
  if (RandomPassword?.length === length) return RandomPassword;
  return failed('GetRandomPassword')(undefined);
}

function isMade(staging: Staging, change: LabelChange): boolean {
  const version = findVersion(staging, 'put' in change ? change.on : change.from);
  if ('put' in change) return version !== undefined && has(version, change.put);
  return version === undefined || !has(version, change.takeOff);
}

function textOf(reply: { SecretString?: string | undefined; VersionId?: string | undefined }) {
  if (reply.SecretString !== undefined && reply.VersionId !== undefined) {
    return { text: reply.SecretString, versionId: reply.VersionId };
  }
  throw new RotationError('secret_value_invalid', 'secret value: it is binary, not a string');
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function failed(operation: string) {
  return awsFailure(`secretsmanager:${operation}`);
}
