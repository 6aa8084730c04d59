import type { Account } from '../../cluster/accounts.ts';
import { RotationError, toRotationError } from '../../errors.ts';

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
