import { USER_TAG } from '../names.ts';
import { canonicalHost, type Endpoint, isHost } from '../network/endpoint.ts';
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
  return defaultUserAt(first);
}

/** Returns what the user tag of the default user of a database names, without regard to case. */
export function defaultUserAt({ host, port }: Endpoint): string {
  // Without brackets for IPv6: a tag cannot have them.
  return `${DEFAULT_USER}@${canonicalHost(host)}:${port}`;
}

/** Returns the user that the tag of a secret names, in the form of `boundUser`. */
export function taggedUser(tags: ReadonlyMap<string, string>): string | undefined {
  const tag = tags.get(USER_TAG);
  const [, host, port] = /^default@(.+):(\d{1,5})$/.exec(tag ?? '') ?? [];
  return host === undefined || !isHost(host) ? tag : defaultUserAt({ host, port: Number(port) });
}

/** Returns the username of the user that a tag names. */
export function usernameIn(tag: string): string {
  return tag.startsWith(`${DEFAULT_USER}@`) ? DEFAULT_USER : tag;
}

/** Whether two values belong to one user, by the tag and, for the API, by email. */
export function isSameUser(one: SecretValue, other: SecretValue): boolean {
  return boundUser(one) === boundUser(other) && one.apiLoginName === other.apiLoginName;
}
