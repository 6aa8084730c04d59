import { retry } from '../clock.ts';
import { RotationError } from '../errors.ts';
import { toApiError } from './api-error.ts';
import type { PasswordApi } from './passwords.ts';
import { request } from './request.ts';
import type { ApiReply, ApiRequest, Session } from './types.ts';

// Waits while the database is busy with another change, 31 s in total. Redis documents no duration.
const BUSY_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000] as const;

const BUSY = 409;

/**
 * Returns the password list of the default user of a database. Redis documents 200, 404 (no such
 * database) and 406 (invalid), but not the reply for a password that is already in the list, or not
 * in it: the caller verifies after such a reply. Each method throws what `request` throws.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/passwords/
 */
export function databasePasswords(session: Session, uid: number): PasswordApi {
  const send = (method: 'POST' | 'PUT' | 'DELETE', password: string, isOnce = false) =>
    changeDatabasePasswords(session, uid, { method, password, isOnce });
  const errorOf = (method: string, reply: ApiReply) =>
    toPasswordsError(session, uid, method, reply);
  return {
    add: async (password) => {
      const reply = await send('POST', password);
      if (reply.status === 200) return { status: 'added' };
      const error = errorOf('POST', reply);
      if (isFinal(reply)) throw error;
      return { status: 'unclear', error };
    },
    remove: async (password) => {
      const reply = await send('DELETE', password);
      if (reply.status === 200) return { status: 'deleted' };
      const error = errorOf('DELETE', reply);
      if (isFinal(reply)) throw error;
      return { status: 'unclear', error };
    },
    replaceAll: async (password, isOnce) => {
      const reply = await send('PUT', password, isOnce);
      if (reply.status === 200) return 'replaced';
      throw errorOf('PUT', reply);
    },
  };
}

type Change = Pick<ApiRequest, 'isOnce'> & { method: 'POST' | 'PUT' | 'DELETE'; password: string };

/** Changes the list of a default user, and waits while the database is busy. */
export async function changeDatabasePasswords(
  session: Session,
  uid: number,
  { method, password, isOnce = false }: Change,
): Promise<ApiReply> {
  const path = `/v1/bdbs/${uid}/passwords`;
  const sent: ApiRequest = { method, path, body: { password }, isOnce };
  const isFinal = ({ status }: ApiReply) => status !== BUSY;
  return retry(BUSY_WAITS_MS, session, () => request(session, sent), isFinal);
}

/** Whether a reply leaves no doubt that the list is as it was. */
function isFinal({ status }: ApiReply): boolean {
  return status === 401 || status === 403;
}

function toPasswordsError(
  session: Session,
  uid: number,
  method: string,
  reply: ApiReply,
): RotationError {
  const { name } = session.target;
  const what = `cluster ${name} answered ${method} for database ${uid} with ${reply.status}`;
  if (reply.status === 406) return new RotationError('cluster_password_refused', what);
  if (reply.status === 404) return new RotationError('database_not_found', what);
  if (reply.status === BUSY) {
    const hint = 'wait until the other change of the database has ended, then retry';
    return new RotationError('cluster_reply_unexpected', `${what}: it is busy`, { hint });
  }
  return toApiError(session, method, reply);
}
