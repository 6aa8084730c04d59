import type { Account } from '../cluster/accounts.ts';
import { joinErrors, toRotationError } from '../errors.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { SecretValue } from '../secret/value.ts';
import { findTargets, NO_ROUTE } from './databases.ts';
import { assertProtected } from './default-user.ts';

/**
 * Verifies that the database of a default user lets no client in without a password. Does nothing
 * for other users.
 * @throws `database_unprotected` or the error of an address.
 */
export async function checkProtected(value: SecretValue, account: Account): Promise<void> {
  if (value.username !== DEFAULT_USER) return;
  const { targets, failures } = await findTargets(value, account);
  const found = targets.map((target) =>
    assertProtected(target).then(() => undefined, toRotationError),
  );
  const errors = [...failures, ...(await Promise.all(found)).filter((one) => one !== undefined)];
  const unrouted = errors.filter(({ cause }) => NO_ROUTE.test(cause?.code ?? ''));
  const isReached = unrouted.length < targets.length;
  const error = joinErrors(isReached ? errors.filter((one) => !unrouted.includes(one)) : errors);
  if (error !== undefined) throw error;
}
