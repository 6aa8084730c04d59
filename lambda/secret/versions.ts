import { type Account, resolveAccounts } from '../cluster/accounts.ts';
import { withClientCertificate } from '../cluster/client-certificate.ts';
import { parseClusters } from '../cluster/parameters.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { CURRENT, type SecretState, type Version, versionWithLabel } from './labels.ts';
import { readVersion } from './secrets-manager.ts';
import { parseSecretValue, type SecretValue, type VersionValue } from './value.ts';

/** The value of a version, read once, its password kept out of every log line; undefined: none. */
export async function findValue(
  edges: Context,
  versionId: string,
): Promise<VersionValue | undefined> {
  if (edges.values.has(versionId)) return edges.values.get(versionId);
  const version = await readVersion(edges.secret, versionId);
  const { text, createdAt } = version ?? {};
  const value =
    text === undefined ? undefined : { ...parseSecretValue(text), versionId, createdAt };
  edges.registerSecret(value?.password);
  edges.values.set(versionId, value);
  return value;
}

/** The version that applications read; throws `current_missing` where there is none. */
export function requireCurrent(staging: SecretState): Version {
  const current = versionWithLabel(staging, CURRENT);
  if (current !== undefined) return current;
  throw new RotationError('current_missing', 'no version has AWSCURRENT');
}

/** The value of a version that must have one. */
export async function readValue(edges: Context, versionId: string): Promise<VersionValue> {
  const value = await findValue(edges, versionId);
  if (value !== undefined) return value;
  const what = `secret value: version ${versionId} has none`;
  throw new RotationError('secret_value_invalid', what);
}

/** The accounts that a value speaks of, on the clusters as they are configured now. */
export async function readAccounts(
  edges: Context,
  value: SecretValue,
  { tags }: SecretState,
): Promise<Account[]> {
  const clusters = parseClusters(await edges.clusters(), value.clusters);
  return Promise.all(
    resolveAccounts(value, clusters, tags).map(async (account) => ({
      ...account,
      cluster: await withClientCertificate(account.cluster, edges),
    })),
  );
}
