import { optionalBoolean, optionalString, requiredString } from '../input.ts';
import { AwsError, type Input } from './aws-server.ts';
import { holder, type SecretStore, type StoredSecret } from './secret-store.ts';

const SECRET_ID_MAX = 2_048;

export function describeSecret(store: SecretStore, input: Input) {
  const secret = store.read(requiredString(input, 'SecretId', SECRET_ID_MAX));
  return { ...metadataOf(secret), VersionIdsToStages: stagesOf(secret) };
}

/** Returns the staging labels of every version with labels. */
export function stagesOf({ versions }: StoredSecret): Record<string, string[]> | undefined {
  const labelled = [...versions.values()].filter(({ stages }) => stages.length > 0);
  const stages = labelled.map(({ id, stages }) => [id, stages]);
  return stages.length === 0 ? undefined : Object.fromEntries(stages);
}

/** Returns what DescribeSecret and ListSecrets have in common. */
export function metadataOf(secret: StoredSecret) {
  const tags = [...secret.tags].map(([Key, Value]) => ({ Key, Value }));
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    RotationEnabled: secret.rotationEnabled,
    RotationLambdaARN: secret.rotationLambdaArn,
    RotationRules: secret.rotationRules,
    LastRotatedDate: seconds(secret.rotatedAt),
    NextRotationDate: seconds(nextRotationAt(secret)),
    LastChangedDate: seconds(secret.changedAt),
    CreatedDate: seconds(secret.createdAt),
    DeletedDate: seconds(secret.deletedAt),
    Tags: tags.length === 0 ? undefined : tags,
  };
}

const DAY_MS = 86_400_000;

/** Returns the end of the day of the next rotation, as AWS does for a rate in days. */
function nextRotationAt(secret: StoredSecret): number | undefined {
  const { rotationEnabled, rotationRules, rotatedAt, createdAt } = secret;
  const { ScheduleExpression, AutomaticallyAfterDays } = (rotationRules ?? {}) as Input;
  const [, rate] = /^rate\((\d+) days?\)$/.exec(String(ScheduleExpression)) ?? [];
  const days = Number(rate ?? AutomaticallyAfterDays);
  if (!rotationEnabled || Number.isNaN(days)) return undefined;
  const at = (rotatedAt ?? createdAt) + days * DAY_MS;
  return (Math.floor(at / DAY_MS) + 1) * DAY_MS - 1_000;
}

export function getSecretValue(store: SecretStore, input: Input) {
  const secret = store.read(requiredString(input, 'SecretId', SECRET_ID_MAX));
  const id = optionalString(input, 'VersionId');
  const named = optionalString(input, 'VersionStage');
  const label = named ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const version = id === undefined ? holder(secret, label ?? '') : secret.versions.get(id);
  if (version?.value === undefined) {
    const which = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
    const message = `Secrets Manager can't find the specified secret value for ${which}`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  if (label !== undefined && !version.stages.includes(label)) {
    const message = 'You provided a VersionStage that is not associated to the provided VersionId.';
    throw new AwsError('InvalidRequestException', message);
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value,
    VersionStages: version.stages,
    CreatedDate: seconds(version.createdAt),
  };
}

export function listSecretVersionIds(store: SecretStore, input: Input) {
  const secret = store.read(requiredString(input, 'SecretId', SECRET_ID_MAX));
  const all = optionalBoolean(input, 'IncludeDeprecated') === true;
  const listed = [...secret.versions.values()].filter(
    ({ value, stages }) => value !== undefined && (all || stages.length > 0),
  );
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: listed.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      VersionStages: stages.length === 0 ? undefined : stages,
      CreatedDate: seconds(createdAt),
      KmsKeyIds: ['DefaultEncryptionKey'],
    })),
  };
}

/** Returns a time as AWS does: in seconds since the epoch, with a fraction. */
function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}
