import { toApiError } from './api-error.ts';
import { request } from './request.ts';
import type { Session } from './types.ts';

/** The name of the request in messages. */
export const AUTHORIZE = 'authorize';

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
  const reply = await request(session, { method: 'POST', path: '/v1/users/authorize', body });
  if (reply.status === 401) return 'rejected';
  if (reply.status === 200 && typeof reply.fields.access_token === 'string') return 'accepted';
  throw toApiError(session, AUTHORIZE, reply);
}
