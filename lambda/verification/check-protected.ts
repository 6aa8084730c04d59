import type { Account } from '../cluster/accounts.ts';
import { joinErrors, type RotationError, toRotationError } from '../errors.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { SecretValue } from '../secret/value.ts';
import type { Measures } from '../telemetry/metrics.ts';
import { findTargets, NO_ROUTE } from './databases.ts';
import { assertProtected } from './default-user.ts';

export type ProtectionContext = { measure: (measures: Measures) => void };

/**
 * Verifies that the database of a default user lets no client in without a password. Does nothing
 * for other users.
 * @throws `database_unprotected` or the error of an address.
 */
export async function checkProtected(
  value: SecretValue,
  account: Account,
  context: ProtectionContext,
): Promise<void> {
  if (value.username !== DEFAULT_USER) return;
  const { targets, failures } = await findTargets(value, account);
  const found = targets.map((target) =>
    assertProtected(target).then(() => undefined, toRotationError),
  );
  const errors = [...failures, ...(await Promise.all(found)).filter((one) => one !== undefined)];
  const unrouted = errors.filter(({ cause }) => NO_ROUTE.test(cause?.code ?? ''));
  const isReached = unrouted.length < targets.length;
  const counted = isReached ? errors.filter((one) => !unrouted.includes(one)) : errors;
  const error = joinFailures(counted, context);
  if (error !== undefined) throw error;
}

/**
 * Joins the failures of addresses. An open database comes first and is measured here: another
 * failure, or a step that only logs it, must not hide it from the alarm.
 */
export function joinFailures(
  failures: RotationError[],
  { measure }: ProtectionContext,
): RotationError | undefined {
  const open = failures.filter(isUnprotected);
  if (open.length > 0) measure({ DatabasesUnprotected: 1 });
  return joinErrors([...open, ...failures.filter((one) => !isUnprotected(one))]);
}

/** Whether an error says that a database lets a client in that sends no valid password. */
export function isUnprotected(thrown: unknown): boolean {
  return toRotationError(thrown).code === 'database_unprotected';
}
