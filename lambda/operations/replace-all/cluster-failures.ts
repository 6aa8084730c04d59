import type { Account } from '../../cluster/accounts.ts';
import { REPLACE_AGAIN, type RotationError, rewordError, toRotationError } from '../../errors.ts';

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
  const before = `cluster ${names} may still accept leaked passwords`;
  return rewordError(failures[0]?.error, { before, after: `then ${REPLACE_AGAIN}` });
}
