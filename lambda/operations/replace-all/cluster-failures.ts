import type { Account } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import type { VersionValue } from '../../secret/value.ts';
import { omittedClusters } from '../deletion/omitted-clusters.ts';

/** A cluster on which a replaceAll failed: it may still accept leaked passwords. */
export type Failure = { cluster: string; error: RotationError };

/** Calls `act` for all clusters at the same time, and returns the failures. */
export async function onEach(
  accounts: Account[],
  act: (account: Account) => Promise<void>,
): Promise<Failure[]> {
  const results = accounts.map((account) =>
    act(account).then(
      () => [],
      (thrown: unknown) => [{ cluster: account.cluster.name, error: toRotationError(thrown) }],
    ),
  );
  return (await Promise.all(results)).flat();
}

/** Returns the error of a replaceAll that failed on some clusters. */
export function incomplete(failures: Failure[]): RotationError {
  const names = failures.map(({ cluster }) => cluster).join(', ');
  const { error } = failures[0] ?? { error: toRotationError(undefined) };
  const what = `cluster ${names} may still accept leaked passwords: ${error.what}`;
  const hint = `${error.hint}; then run replaceAll again`;
  return new RotationError(error.code, what, { cause: error, hint });
}

/** Returns the clusters of other live versions that AWSCURRENT leaves out. */
export async function findOmitted(
  current: VersionValue,
  candidates: VersionValue[],
  context: Context,
): Promise<Failure[]> {
  const hint = "add it to clusters in the secret's value";
  const error = new RotationError('password_not_deleted', 'AWSCURRENT leaves it out', { hint });
  const found = candidates.map((one) => omittedClusters(one, current, context));
  return [...new Set((await Promise.all(found)).flat())].map((cluster) => ({ cluster, error }));
}
