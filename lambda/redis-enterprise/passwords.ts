import { RotationError } from '../errors.ts';
import { toApiError } from './api-error.ts';
import { request } from './request.ts';
import type { ApiReply, Session } from './types.ts';

/** The user whose list of passwords changes. */
type User = {
  username: string;
  /** Whether a node is of the legacy generation; undefined: unknown. */
  isLegacy: boolean | undefined;
  /** A password of the user, which the legacy generation requires. */
  knownPassword: string | undefined;
};

/**
 * A list of passwords: of one user, or of the default user of one database.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export type PasswordApi = {
  /** Adds a password. */
  add: (password: string) => Promise<Addition>;
  /**
   * Deletes a password. Redis does not document the reply for a password that is not in the list:
   * the caller verifies after any reply except 200.
   */
  remove: (password: string) => Promise<Removal>;
  /** Makes a password the only one. `isOnce`: does not repeat a request that may have run. */
  replaceAll: (password: string, isOnce: boolean) => Promise<'replaced' | 'present'>;
};

/** The password may be in the list or not; `error` stands for the reply. */
type Unclear = { status: 'unclear'; error: RotationError };
type Addition = { status: 'added' | 'present' } | Unclear;
export type Removal = { status: 'deleted' } | Unclear;

const PATH = '/v1/users/password';

/**
 * Returns the password list of a user. Each method throws what `request` throws, and
 * `cluster_login_refused`; `add` and `replaceAll` throw what `toApiError` returns.
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
    add: async (password) => {
      const reply = await send('POST', password);
      if (reply.status === 200) return { status: 'added' };
      if (isPresent(reply)) return { status: 'present' };
      if (isLegacy && reply.status === 400 && reply.errorCode === undefined) {
        throw unknownPassword(session);
      }
      throw toApiError(session, 'POST', reply);
    },
    remove: async (password) => {
      const body = { username, old_password: password };
      const reply = await request(session, { method: 'DELETE', path: PATH, body });
      if (reply.status === 200) return { status: 'deleted' };
      const error = toApiError(session, 'DELETE', reply);
      if (reply.status === 401) throw error;
      return { status: 'unclear', error };
    },
    replaceAll: async (password, isOnce) => {
      const reply = await send('PUT', password, isOnce);
      if (reply.status === 200) return 'replaced';
      if (isPresent(reply)) return 'present';
      throw putError(session, reply);
    },
  };
}

/** PUT rejects a login by name on some versions: bug RS193817, fixed in 8.0.20-108. */
function putError(session: Session, reply: ApiReply): RotationError {
  const error = toApiError(session, 'PUT', reply);
  if (reply.status !== 401 || session.login.name.includes('@')) return error;
  const hint =
    'add email to the secret of the login (bug RS193817 before 8.0.20-108); if other calls fail ' +
    'too, correct the login';
  return new RotationError(error.code, error.what, { hint });
}

function isPresent({ errorCode }: ApiReply): boolean {
  return errorCode === 'new_password_same_as_current';
}

function unknownPassword({ target }: Session): RotationError {
  const what = `cluster ${target.name} answered POST with 400: it requires a password of the user`;
  const hint =
    "set the user's password on that cluster in the secret, or upgrade to 7.22.0-216 or later";
  return new RotationError('current_password_refused', what, { hint });
}
