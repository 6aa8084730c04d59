import { RotationError } from '../errors.ts';
import { toApiError } from './failure.ts';
import { request } from './request.ts';
import type { ApiReply, ApiRequest, Session } from './types.ts';

/** The user whose list of passwords changes. */
export type User = {
  username: string;
  /** Whether a node is of the legacy generation; undefined: unknown. */
  isLegacy: boolean | undefined;
  /** A password of the user, which the legacy generation requires. */
  knownPassword: string | undefined;
};

/**
 * The list of passwords of one user.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export type PasswordApi = {
  isLegacy: boolean | undefined;
  /** Adds a password. */
  add: (password: string) => Promise<'added' | 'present'>;
  /**
   * Deletes a password. Redis does not document the reply for a password that is not in the list:
   * returns the error of any reply except 200, and the caller verifies.
   */
  remove: (password: string) => Promise<RotationError | undefined>;
  /** Makes a password the only one. `isOnce`: does not repeat a request that may have run. */
  replaceAll: (password: string, isOnce: boolean) => Promise<'replaced' | 'present'>;
};

const PATH = '/v1/users/password';

/**
 * Opens the password list of a user. Each method throws what `request` throws; `add` and
 * `replaceAll` throw `cluster_password_refused` and what `toApiError` returns.
 */
export function passwordApi(session: Session, user: User): PasswordApi {
  const { username, isLegacy, knownPassword } = user;
  const old =
    isLegacy === false || knownPassword === undefined ? {} : { old_password: knownPassword };
  const send = (method: 'POST' | 'PUT', password: string, isOnce = false) => {
    const body = { username, new_password: password, ...old };
    return request(session, { method, path: PATH, body, isOnce });
  };
  return {
    isLegacy,
    add: async (password) => {
      const reply = await send('POST', password);
      if (reply.status === 200) return 'added';
      if (isPresent(reply)) return 'present';
      if (isLegacy && reply.status === 400 && reply.errorCode === undefined) {
        throw unknownPassword(session);
      }
      throw toApiError(session, 'POST', reply);
    },
    remove: async (password) => {
      const body = { username, old_password: password };
      const reply = await request(session, { method: 'DELETE', path: PATH, body });
      return reply.status === 200 ? undefined : toApiError(session, 'DELETE', reply);
    },
    replaceAll: async (password, isOnce) => {
      const reply = await send('PUT', password, isOnce);
      if (reply.status === 200) return 'replaced';
      if (isPresent(reply)) return 'present';
      throw toApiError(session, 'PUT', reply);
    },
  };
}

function isPresent({ errorCode }: ApiReply): boolean {
  return errorCode === 'new_password_same_as_current';
}

function unknownPassword({ target }: Session): RotationError {
  const what = `cluster ${target.name} answered POST with 400: it requires a password of the user`;
  const hint =
    "set the user's password on that cluster in the secret, or upgrade to 7.8.6-119 or later";
  return new RotationError('current_password_refused', what, { hint });
}

// The function only checks whether it gets a token.
const TOKEN_TTL_SECONDS = 1;

/**
 * Verifies the login of a session: whether the cluster returns a token.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/authorize/
 */
export async function authorize(
  session: Session,
  isLegacy?: boolean,
): Promise<'accepted' | 'rejected'> {
  const { name: username, password } = session.login;
  // The legacy generation reads the login from the body. Send both if the version is unknown.
  const isInHeader = isLegacy === false || password === undefined;
  const body = { ttl: TOKEN_TTL_SECONDS, ...(isInHeader ? {} : { username, password }) };
  const sent: ApiRequest = { method: 'POST', path: '/v1/users/authorize', body };
  const reply = await request(session, sent);
  if (reply.status === 401) return 'rejected';
  if (reply.status === 200 && typeof reply.fields.access_token === 'string') return 'accepted';
  throw toApiError(session, 'authorize', reply);
}
