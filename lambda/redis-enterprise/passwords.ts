import { RotationError, type RotationErrorCode } from '../errors.ts';
import type { AuthVerdict } from '../verification/redis-auth.ts';
import { request } from './request.ts';
import { type Api, type ApiLogin, type ApiReply, loginRefused } from './types.ts';

// A token is asked for only to see whether it is given.
const TOKEN_TTL_SECONDS = 1;

/**
 * Adds a password to a user's list; one that is there already stays. Throws
 * `cluster_password_refused` and what `refusal` names.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/#add-password
 */
export async function addPassword(
  api: Api,
  login: ApiLogin,
  { username, password }: { username: string; password: string },
): Promise<'added' | 'present'> {
  const body = { username, new_password: password, ...oldPassword(api) };
  const reply = await request(api, login, { method: 'POST', path: '/v1/users/password', body });
  if (reply.status === 200) return 'added';
  if (reply.errorCode === 'new_password_same_as_current') return 'present';
  if (api.isLegacy && reply.status === 400 && reply.errorCode === undefined) {
    const what = `cluster ${api.cluster.name} answered POST with 400: it asks for a password`;
    throw new RotationError('current_password_refused', `${what} that the user has`, {
      hint: "put the user's password on that cluster into the secret, or upgrade past 7.8.6-119",
    });
  }
  throw toApiError(api, 'POST', reply);
}

/**
 * Makes a password a user's only one. `isOnce`: it is not sent again where it may have been done.
 * Throws what `addPassword` throws.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/#update-password
 */
export async function replacePasswords(
  api: Api,
  login: ApiLogin,
  { username, password, isOnce }: { username: string; password: string; isOnce: boolean },
): Promise<'replaced' | 'present'> {
  const body = { username, new_password: password, ...oldPassword(api) };
  const sent = { method: 'PUT', path: '/v1/users/password', body, isOnce } as const;
  const reply = await request(api, login, sent);
  if (reply.status === 200) return 'replaced';
  if (reply.errorCode === 'new_password_same_as_current') return 'present';
  throw toApiError(api, 'PUT', reply);
}

/**
 * Deletes a password from a user's list. Nobody documents what deleting one that is not there
 * answers, so that anything but 200 is for the caller to settle. Throws what `refusal` names.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/#delete-password
 */
export async function deletePassword(
  api: Api,
  login: ApiLogin,
  { username, password }: { username: string; password: string },
): Promise<'deleted' | RotationError> {
  const body = { username, old_password: password };
  const reply = await request(api, login, { method: 'DELETE', path: '/v1/users/password', body });
  if (reply.status === 200) return 'deleted';
  const error = toApiError(api, 'DELETE', reply);
  if (reply.status === 401) throw error;
  return error;
}

/**
 * Whether the cluster gives the login a token: a proof where no database is named.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/authorize/
 */
export async function authorize(api: Api, login: ApiLogin): Promise<AuthVerdict> {
  // Generation A takes the credentials here; where the version is not known, so it may.
  const { name: username, password } = login;
  const isBasic = api.isLegacy === false || password === undefined;
  const credentials = isBasic ? {} : { username, password };
  const body = { ttl: TOKEN_TTL_SECONDS, ...credentials };
  const reply = await request(api, login, { method: 'POST', path: '/v1/users/authorize', body });
  if (reply.status === 401) return 'rejected';
  if (reply.status === 200 && typeof reply.fields.access_token === 'string') return 'accepted';
  throw toApiError(api, 'authorize', reply);
}

/** What generation A needs beside the new password, and the others ignore. */
function oldPassword({ isLegacy, knownPassword }: Api): Record<string, string> {
  if (isLegacy === false || knownPassword === undefined) return {};
  return { old_password: knownPassword };
}

// The codes that Redis documents for these requests.
const CODES = new Map<string, RotationErrorCode>([
  ['password_not_complex', 'cluster_password_refused'],
  ['user_not_exist', 'cluster_user_not_found'],
  ['cannot_delete_last_password', 'password_not_deleted'],
  ['unauthorized_action', 'cluster_permission_denied'],
]);

/** What a reply other than 200 means, by `error_code` first and by status then. */
export function toApiError(api: Api, request: string, { status, errorCode = '' }: ApiReply) {
  const what = `cluster ${api.cluster.name} answered ${request} with ${status} ${errorCode}`.trim();
  const isLogin = status === 401 || errorCode === 'password_expired';
  if (isLogin) return loginRefused(api, `(${what})`, errorCode);
  const denied = status === 403 ? 'cluster_permission_denied' : 'cluster_reply_unexpected';
  return new RotationError(CODES.get(errorCode) ?? denied, what);
}
