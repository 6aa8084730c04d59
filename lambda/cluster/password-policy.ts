import { RotationError } from '../errors.ts';
import { fieldsOf, type JsonObject } from '../json.ts';
import type { PasswordPolicy } from '../password/generate.ts';

// The maximum that a cluster can require.
const MIN_LENGTH_MAX = 256;

/**
 * Parses the password rules in the reply to `GET /v1/cluster`.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export function parsePolicy(fields: JsonObject): Omit<PasswordPolicy, 'cluster'> {
  const { password_complexity: isComplex, password_min_length: minLength } = fields;
  const isLength = Number.isInteger(minLength) && Number(minLength) <= MIN_LENGTH_MAX;
  return {
    isComplex: typeof isComplex === 'boolean' ? isComplex : undefined,
    minLength: isLength ? Number(minLength) : undefined,
  };
}

/** Finds the users of a name in the reply to `GET /v1/users`. */
export function findUsers(list: unknown[], username: string): JsonObject[] {
  const users = list.map((user): JsonObject => fieldsOf(user) ?? {});
  return users.filter(({ name }) => name === username);
}

/** @throws `cluster_user_not_regular` if the user does not log in with a password. */
export function checkAuthMethod(cluster: string, list: unknown[], username: string): void {
  const [user] = findUsers(list, username);
  const method = user?.auth_method ?? 'regular';
  if (method === 'regular') return;
  const isWord = typeof method === 'string' && /^[a-z_]{1,20}$/.test(method);
  const shown = isWord ? method : 'another';
  const what = `cluster ${cluster}: auth_method of the user is ${shown}, allowed is regular`;
  throw new RotationError('cluster_user_not_regular', what);
}
