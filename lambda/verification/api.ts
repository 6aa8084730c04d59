import type { Account } from '../cluster/accounts.ts';
import {
  type RejectionContext,
  rememberRejection,
  wasRejected,
} from '../cluster/rejected-logins.ts';
import { AUTHORIZE, authorize } from '../redis-enterprise/authorize.ts';
import type { ApiContext } from '../redis-enterprise/types.ts';
import { requirePassword, type SecretValue } from '../secret/value.ts';

/** Where a password was rejected. */
export type Rejection = { where: string };

/**
 * Verifies a password by one login to the API. Does not repeat a login that was rejected in the
 * last 30 minutes: it may lock the account.
 */
export async function findApiRejectionOnce(
  value: SecretValue,
  account: Account,
  context: ApiContext & RejectionContext,
): Promise<Rejection | undefined> {
  const { apiLoginName: name, password } = value;
  const login = { cluster: account.cluster.name, name, password };
  if (wasRejected(login, context)) {
    return { where: `less than 30 minutes ago, the API of cluster ${login.cluster}` };
  }
  const rejection = await findApiRejection(value, account, context);
  const reply = { request: AUTHORIZE, status: 401 };
  if (rejection !== undefined) rememberRejection(login, reply, context);
  return rejection;
}

/** Verifies a password by one login to the API, and does not remember a rejection. */
export async function findApiRejection(
  value: SecretValue,
  { cluster }: Account,
  context: ApiContext,
): Promise<Rejection | undefined> {
  const login = { name: value.apiLoginName, password: requirePassword(value) };
  const verdict = await authorize({ ...context, target: cluster, login });
  return verdict === 'accepted' ? undefined : { where: `the API of cluster ${cluster.name}` };
}
