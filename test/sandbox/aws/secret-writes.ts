import { randomBytes } from 'node:crypto';
import { optionalString, optionalStrings, requiredString, tagsOf } from '../input.ts';
import { ACCOUNT, REGION } from '../names.ts';
import { AwsError, type Input } from './aws-server.ts';
import { contentOf, requireSameValue, stagesOf, TOKEN_MAX, tokenOf } from './secret-input.ts';
import { holder, moveLabel, type SecretStore, type StoredSecret } from './secret-store.ts';

const SECRET_ID_MAX = 2_048;
const NAME_MAX = 512;
const DESCRIPTION_MAX = 2_048;
const NAME_IS_DELETED =
  "You can't create this secret because a secret with this name is already scheduled for deletion.";

/** Creates a secret. With the token and the value of an existing version, changes nothing. */
export function createSecret(store: SecretStore, input: Input) {
  const name = requiredString(input, 'Name', NAME_MAX);
  const value = contentOf(input);
  if (store.exists(name)) {
    const { arn, versions, deletedAt } = store.latest(name);
    if (deletedAt !== undefined) throw new AwsError('InvalidRequestException', NAME_IS_DELETED);
    const known = versions.get(String(input.ClientRequestToken));
    if (known !== undefined) {
      requireSameValue(arn, known, value);
      return { ARN: arn, Name: name, VersionId: known.id };
    }
    const message = `The operation failed because the secret ${name} already exists.`;
    throw new AwsError('ResourceExistsException', message);
  }
  const now = store.options.now();
  const suffix = randomBytes(3).toString('hex');
  const secret: StoredSecret = {
    arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${suffix}`,
    name,
    description: optionalString(input, 'Description', DESCRIPTION_MAX, 0),
    tags: new Map(tagsOf(input)),
    versions: new Map(),
    createdAt: now,
    changedAt: now,
    rotatedAt: undefined,
    rotationEnabled: undefined,
    rotationLambdaArn: undefined,
    rotationRules: undefined,
    deletedAt: undefined,
  };
  if (value !== undefined) {
    const id = tokenOf(input, 'InvalidRequestException');
    const stages = ['AWSCURRENT'];
    secret.versions.set(id, { id, value, stages, createdAt: now, rotationToken: undefined });
  }
  store.create(secret);
  return { ARN: secret.arn, Name: name, VersionId: [...secret.versions.keys()][0] };
}

/** Puts a version. With the token and the value of an existing version, changes nothing. */
export function putSecretValue(store: SecretStore, input: Input) {
  const secretId = requiredString(input, 'SecretId', SECRET_ID_MAX);
  const id = tokenOf(input, 'InvalidRequestException');
  const value = contentOf(input);
  if (value === undefined) {
    const message = 'You must provide either SecretString or SecretBinary.';
    throw new AwsError('InvalidParameterException', message);
  }
  const { arn, name, versions } = store.latest(secretId);
  const known = versions.get(id);
  if (known?.value !== undefined) {
    requireSameValue(arn, known, value);
    return { ARN: arn, Name: name, VersionId: id, VersionStages: known.stages };
  }
  const labels = new Set(stagesOf(input));
  const isFirst = ![...versions.values()].some((version) => version.value !== undefined);
  if (isFirst) labels.add('AWSCURRENT');
  const rotationToken = optionalString(input, 'RotationToken');
  const written = store.write(secretId, (secret) => {
    const createdAt = store.options.now();
    secret.versions.set(id, { id, value, stages: known?.stages ?? [], createdAt, rotationToken });
    for (const label of labels) moveLabel(secret, label, id);
    // A new AWSCURRENT abandons the pending rotation.
    if (labels.has('AWSCURRENT') && !labels.has('AWSPENDING')) {
      moveLabel(secret, 'AWSPENDING', undefined);
    }
  });
  const VersionStages = written.versions.get(id)?.stages;
  return { ARN: arn, Name: name, VersionId: id, VersionStages };
}

/** Changes the description, and puts a new AWSCURRENT if the request has a value. */
export function updateSecret(store: SecretStore, input: Input) {
  const secretId = requiredString(input, 'SecretId', SECRET_ID_MAX);
  const description = optionalString(input, 'Description', DESCRIPTION_MAX, 0);
  const VersionStages = ['AWSCURRENT'];
  const put =
    contentOf(input) === undefined ? undefined : putSecretValue(store, { ...input, VersionStages });
  const { arn, name } = store.write(secretId, (secret) => {
    secret.description = description ?? secret.description;
  });
  return { ARN: arn, Name: name, VersionId: put?.VersionId };
}

export function updateSecretVersionStage(store: SecretStore, input: Input) {
  const secretId = requiredString(input, 'SecretId', SECRET_ID_MAX);
  const label = requiredString(input, 'VersionStage', 256);
  const to = optionalString(input, 'MoveToVersionId', TOKEN_MAX);
  const from = optionalString(input, 'RemoveFromVersionId', TOKEN_MAX);
  const secret = store.latest(secretId);
  const before = holder(secret, label);
  const invalid = (message: string) => new AwsError('InvalidParameterException', message);
  if (to === undefined && from === undefined) throw invalid('Name a version to move to or from.');
  if (to !== undefined && !secret.versions.has(to)) {
    const message = `Secrets Manager can't find the specified secret value for VersionId: ${to}`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  if (before !== undefined && before.id !== to && from === undefined) {
    const which = `Staging label ${label} is currently attached to version ${before.id}`;
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. ${which}, ` +
        'so you must explicitly reference that version in RemoveFromVersionId.',
    );
  }
  if (from !== undefined && from !== before?.id) {
    throw invalid(`The staging label ${label} is not attached to version ${from}.`);
  }
  if (label === 'AWSCURRENT' && to === undefined) throw invalid('AWSCURRENT can only be moved.');
  store.write(secretId, (copy) => moveLabel(copy, label, to));
  return { ARN: secret.arn, Name: secret.name };
}

export function tagResource(store: SecretStore, input: Input) {
  store.write(requiredString(input, 'SecretId', SECRET_ID_MAX), (secret) => {
    for (const [key, value] of tagsOf(input)) secret.tags.set(key, value);
  });
  return {};
}

/**
 * Removes tags. A key that the secret does not have is no error.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html
 */
export function untagResource(store: SecretStore, input: Input) {
  const keys = optionalStrings(input, 'TagKeys');
  if (keys === undefined) {
    throw new AwsError('InvalidParameterException', 'You must provide the tag keys to remove.');
  }
  store.write(requiredString(input, 'SecretId', SECRET_ID_MAX), (secret) => {
    for (const key of keys) secret.tags.delete(key);
  });
  return {};
}
