import { RotationError } from '../errors.ts';
import type { Verdict } from '../redis-auth.ts';
import { type Api, type ApiLogin, type ApiReply, loginRefused, request } from './request.ts';

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
  const body = { username, new_password: password };
  const reply = await request(api, login, { method: 'POST', path: '/v1/users/password', body });
  if (reply.status === 200) return 'added';
  if (reply.errorCode === 'new_password_same_as_current') return 'present';
  throw refusal(api, 'POST', reply);
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
  const error = refusal(api, 'DELETE', reply);
  if (reply.status === 401 || reply.status === 403) throw error;
  return error;
}

/**
 * Whether the cluster gives the login a token: a proof where no database is named.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/authorize/
 */
export async function authorize(api: Api, login: ApiLogin): Promise<Verdict> {
  const body = { ttl: TOKEN_TTL_SECONDS };
  const reply = await request(api, login, { method: 'POST', path: '/v1/users/authorize', body });
  if (reply.status === 401) return 'refused';
  const given = 'access_token' in reply.fields && typeof reply.fields.access_token === 'string';
  if (reply.status === 200 && given) return 'accepted';
  throw refusal(api, 'authorize', reply);
}

/** What a reply other than 200 means, by `error_code` first and by status then. */
function refusal(
  { cluster }: Api,
  request: string,
  { status, errorCode }: ApiReply,
): RotationError {
  const what =
    `cluster ${cluster.name} answered ${request} with ${status} ${errorCode ?? ''}`.trim();
  if (status === 401) return loginRefused(cluster, `(${what})`);
  switch (errorCode) {
    case 'password_not_complex':
      return new RotationError(
        'cluster_password_refused',
        what,
        "set PASSWORD_LENGTH and EXCLUDE_CHARACTERS to what the cluster's password rules ask for",
      );
    case 'user_not_exist':
      return new RotationError(
        'cluster_user_not_found',
        what,
        'correct username in the secret, or create the user on the cluster',
      );
    case 'cannot_delete_last_password':
      return new RotationError(
        'password_not_deleted',
        what,
        "compare the user's passwords on the cluster with AWSCURRENT, then let reconcile run again",
      );
  }
  if (status === 403 || errorCode === 'unauthorized_action') {
    return new RotationError(
      'cluster_permission_denied',
      what,
      'self mode: the user needs a role that may use the REST API; admin mode: the role admin',
    );
  }
  return new RotationError(
    'cluster_reply_unexpected',
    what,
    'name the primary node in api-endpoints or enable handle_redirects; look into the cluster log',
  );
}
