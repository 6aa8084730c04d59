import { RotationError, type RotationErrorCode } from '../errors.ts';
import type { ApiReply, Session } from './types.ts';

const EXPIRED_HINT =
  'its password has expired: let an administrator set another one, and set that in its secret';
const ACCEPTED_HINT =
  'the databases accept it: check whether the account is locked, and whether Basic ' +
  'authentication is on (control_plane_basic_authentication)';
const REDIRECT_HINT = 'name the primary node in api-endpoints, or enable handle_redirects';

// The codes that Redis documents for /v1/users/password.
const CODES = new Map<string, RotationErrorCode>([
  ['password_not_complex', 'cluster_password_refused'],
  ['user_not_exist', 'cluster_user_not_found'],
  ['cannot_delete_last_password', 'password_not_deleted'],
  ['unauthorized_action', 'cluster_permission_denied'],
]);

/** Returns the error for a reply other than 200: by `error_code`, then by status. */
export function toApiError(
  session: Session,
  request: string,
  { status, errorCode = '' }: ApiReply,
): RotationError {
  const { name } = session.target;
  const what = `cluster ${name} answered ${request} with ${status} ${errorCode}`.trim();
  const isLogin = status === 401 || errorCode === 'password_expired';
  if (isLogin) return loginRejected(session, `(${what})`, errorCode);
  const denied = status === 403 ? 'cluster_permission_denied' : 'cluster_reply_unexpected';
  const hint = status >= 300 && status < 400 ? REDIRECT_HINT : undefined;
  return new RotationError(CODES.get(errorCode) ?? denied, what, { hint });
}

/** Returns the error for a rejected login. */
export function loginRejected(
  { target, acceptedByDatabase }: Session,
  how: string,
  errorCode?: string,
): RotationError {
  const what = `cluster ${target.name} rejected the login ${how}`;
  const accepted = acceptedByDatabase ? ACCEPTED_HINT : undefined;
  const hint = errorCode === 'password_expired' ? EXPIRED_HINT : accepted;
  return new RotationError('cluster_login_refused', what, { hint });
}
