import { RotationError } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** Finds the users of a name in the reply to `GET /v1/users`. */
export function findUsers(list: unknown[], username: string): JsonObject[] {
  return list.filter((user): user is JsonObject => Object(user).name === username);
}

/** @throws `cluster_user_not_regular` if the user does not log in with a password. */
export function checkAuthMethod(cluster: string, list: unknown[], username: string): void {
  const [user] = findUsers(list, username);
  const method = user?.auth_method ?? 'regular';
  if (method === 'regular') return;
  const shown = (user && wordIn(user, 'auth_method')) ?? 'another';
  const what = `cluster ${cluster}: auth_method of the user is ${shown}, allowed is regular`;
  throw new RotationError('cluster_user_not_regular', what);
}

/** Returns a field that is one word, such as a role. Other text of a reply must not be shown. */
export function wordIn(fields: JsonObject, key: string): string | undefined {
  const found = fields[key];
  return typeof found === 'string' && /^[a-z_]{1,20}$/.test(found) ? found : undefined;
}
