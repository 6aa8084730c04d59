import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput as GetSecretValueOutput,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { awsFailure, foreignReply } from '../aws/failure.ts';
import { type Clock, retry } from '../clock.ts';
import { errorName, RotationError } from '../errors.ts';
import { type Log, withLogging } from '../telemetry/log.ts';
import { descriptionOf, type SecretDescription } from './description.ts';
import { liveLabel } from './labels.ts';
import { isApplied, type LabelChange } from './ledger.ts';

const failed = (operation: string) => awsFailure(`secretsmanager:${operation}`);

/** A secret in AWS Secrets Manager, with what a call to it needs. */
export type Secret = Clock & {
  arn: string;
  client: SecretsManagerClient;
  log: Log;
  /** The last change of this invocation, for each label on each version. */
  changes: Map<string, LabelChange>;
  /** Stops the calls at the end of the invocation. */
  callOptions: { abortSignal: AbortSignal };
};

/**
 * Waits before a read is repeated that may be stale, 3 s in total. Secrets Manager is eventually
 * consistent and AWS publishes no figure; delays of seconds were seen.
 */
export const STALE_READ_WAITS_MS = [100, 200, 400, 800, 1_600] as const;

/** Reads the labels, the tags and the schedule of a secret. */
export function describeSecret({ client, arn, callOptions }: Secret): Promise<SecretDescription> {
  const command = new DescribeSecretCommand({ SecretId: arn });
  const reply = client.send(command, callOptions);
  return reply.then(descriptionOf).catch(failed('DescribeSecret'));
}

/**
 * Reads the value of a version, which never changes; `createdAt` is in ms since the epoch. Returns
 * undefined if the version has no value, as AWS's own pending version.
 */
export async function readVersion(
  secret: Secret,
  id: string,
  waitsMs: readonly number[] = STALE_READ_WAITS_MS,
): Promise<{ text: string; createdAt: number | undefined } | undefined> {
  const command = new GetSecretValueCommand({ SecretId: secret.arn, VersionId: id });
  return retry(waitsMs, secret, async () => {
    try {
      const reply = await secret.client.send(command, secret.callOptions);
      return { text: textOf(reply).text, createdAt: reply.CreatedDate?.getTime() };
    } catch (error) {
      if (errorName(error) !== 'ResourceNotFoundException') failed('GetSecretValue')(error);
      return undefined;
    }
  });
}

/** Reads the value of AWSCURRENT, which may be stale, with its VersionId. */
export async function readCurrent({ client, arn, callOptions }: Secret) {
  const command = new GetSecretValueCommand({ SecretId: arn });
  return client.send(command, callOptions).then(textOf).catch(failed('GetSecretValue'));
}

/**
 * Writes a version with LIVE and perhaps another label in one call. Returns false if the version
 * already has another value.
 */
export async function putVersion(
  secret: Secret,
  label: string | undefined,
  version: { id: string; text: string; rotationToken?: string | undefined },
): Promise<boolean> {
  const command = new PutSecretValueCommand({
    SecretId: secret.arn,
    ClientRequestToken: version.id,
    SecretString: version.text,
    VersionStages: [...(label === undefined ? [] : [label]), liveLabel(version.id)],
    RotationToken: version.rotationToken,
  });
  const put = async () => {
    try {
      await secret.client.send(command, secret.callOptions);
      return 'written';
    } catch (error) {
      if (errorName(error) === 'ResourceExistsException') return 'present';
      return failed('PutSecretValue')(error);
    }
  };
  const fields = { versionId: version.id, label };
  return (await withLogging(secret, 'version written', fields, put)) === 'written';
}

/** Sets, moves or removes one label. Succeeds if the labels already show the change. */
export async function changeLabel(secret: Secret, change: LabelChange): Promise<void> {
  const { label, to, from } = change;
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secret.arn,
    VersionStage: label,
    MoveToVersionId: to,
    RemoveFromVersionId: from,
  });
  await withLogging(secret, 'label changed', { ...change }, async () => {
    try {
      await secret.client.send(command, secret.callOptions);
      return 'changed';
    } catch (error) {
      // A repeated or concurrent run may have made the change.
      if (!isApplied(await describeSecret(secret), change)) {
        failed('UpdateSecretVersionStage')(error);
      }
      return 'changed before';
    }
  });
  secret.changes.set(`${label} ${to ?? from}`, change);
}

function textOf({ SecretString: text, SecretBinary, VersionId: versionId }: GetSecretValueOutput) {
  if (text !== undefined && versionId !== undefined) return { text, versionId };
  if (SecretBinary === undefined) throw foreignReply('secretsmanager:GetSecretValue');
  throw new RotationError('secret_value_invalid', 'secret value: it is binary, not a string');
}
