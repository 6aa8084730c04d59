import type { AccountContext } from '../cluster/accounts.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { SecretValue } from '../secret/value.ts';

/**
 * Returns the existing clusters of one value that another value of its user leaves out. A default
 * user is on the cluster of its host only: it leaves out none.
 */
export async function omittedClusters(
  from: Pick<SecretValue, 'clusters'>,
  to: SecretValue,
  { readParameters }: Pick<AccountContext, 'readParameters'>,
): Promise<string[]> {
  if (to.username === DEFAULT_USER) return [];
  const existing = [...(await readParameters()).clusters.keys()];
  const isIn = (name: string, { clusters }: Pick<SecretValue, 'clusters'>) =>
    clusters?.includes(name) ?? true;
  return existing.filter((name) => isIn(name, from) && !isIn(name, to));
}
