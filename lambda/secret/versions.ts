import { RotationError, toRotationError } from '../errors.ts';
import { CURRENT, type SecretState, shownId, type Version, versionWithLabel } from './labels.ts';
import { readVersion, type Secret } from './secrets-manager.ts';
import { parseSecretValue, type VersionValue } from './value.ts';

/** What reads of versions share in one invocation. */
export type VersionContext = {
  secret: Secret;
  /** The values read so far; undefined for a version without a value. */
  values: Map<string, VersionValue | undefined>;
  registerSecret: (secret: string | undefined) => void;
};

/** Reads the value of a version once, and registers its password as a secret. */
export async function findValue(
  { secret, values, registerSecret }: VersionContext,
  versionId: string,
): Promise<VersionValue | undefined> {
  if (values.has(versionId)) return values.get(versionId);
  const version = await readVersion(secret, versionId);
  const value = version && {
    ...parseSecretValue(version.text),
    versionId,
    createdAt: version.createdAt,
  };
  registerSecret(value?.password);
  values.set(versionId, value);
  return value;
}

/** Like `findValue`, but returns the error of an invalid value. */
export async function tryValue(
  context: VersionContext,
  versionId: string,
): Promise<VersionValue | RotationError | undefined> {
  try {
    return await findValue(context, versionId);
  } catch (thrown) {
    const error = toRotationError(thrown);
    if (error.code !== 'secret_value_invalid') throw error;
    return error;
  }
}

/** Like `findValue`, but returns undefined for an invalid value: a label may be on it. */
export async function findValidValue(
  context: VersionContext,
  versionId: string,
): Promise<VersionValue | undefined> {
  const value = await tryValue(context, versionId);
  return value instanceof RotationError ? undefined : value;
}

/** @throws `secret_value_invalid` if the version has no value. */
export async function readValue(context: VersionContext, versionId: string): Promise<VersionValue> {
  const value = await findValue(context, versionId);
  if (value !== undefined) return value;
  const what = `secret value: version ${shownId(versionId)} has no value`;
  throw new RotationError('secret_value_invalid', what);
}

/** Returns the version that applications read. @throws `current_missing` */
export function requireCurrent(state: SecretState): Version {
  const current = versionWithLabel(state, CURRENT);
  if (current !== undefined) return current;
  throw new RotationError('current_missing', 'no version has AWSCURRENT');
}
