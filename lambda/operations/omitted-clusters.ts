import type { AccountContext } from '../cluster/accounts.ts';
import type { SecretValue } from '../secret/value.ts';

/** Returns the existing clusters of one value that another value leaves out. */
export async function omittedClusters(
  from: Pick<SecretValue, 'clusters'>,
  to: SecretValue,
  { readParameters }: Pick<AccountContext, 'readParameters'>,
): Promise<string[]> {
  const existing = [...(await readParameters()).clusters.keys()];
  const isIn = (name: string, { clusters }: Pick<SecretValue, 'clusters'>) =>
    clusters?.includes(name) ?? true;
  return existing.filter((name) => isIn(name, from) && !isIn(name, to));
}
