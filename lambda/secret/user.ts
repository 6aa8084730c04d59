import type { SecretValue } from './value.ts';

/**
 * The user as which clients log in that send no username. Each database has its own, with its own
 * list of passwords.
 */
export const DEFAULT_USER = 'default';

/**
 * Returns what the user tag names: a username or, for a default user, `default@host:port` with the
 * first endpoint of its database.
 */
export function boundUser({ username, endpoints: [first] }: SecretValue): string {
  if (username !== DEFAULT_USER || first === undefined) return username;
  // Without brackets for IPv6: a tag cannot have them.
  return `${DEFAULT_USER}@${first.host}:${first.port}`;
}

/** Returns the username of the user that a tag names. */
export function usernameIn(tag: string): string {
  return tag.startsWith(`${DEFAULT_USER}@`) ? DEFAULT_USER : tag;
}

/** Whether two values belong to one user, by the tag and, for the API, by email. */
export function isSameUser(one: SecretValue, other: SecretValue): boolean {
  return boundUser(one) === boundUser(other) && one.apiLoginName === other.apiLoginName;
}
