import { RotationError, type RotationErrorCode } from '../errors.ts';
import type { ApiLogin, ApiReply, RejectionReply, Session } from './types.ts';

const ADMIN = 'the admin secret';
const ROTATED = 'the rotated secret';
const waitHint = (secret: string) =>
  `If ${secret} has it already, the account may be locked: wait 30 minutes`;
// A corrected login is sent immediately. In self mode, a new password would lock out applications.
const ADMIN_HINT = `${waitHint(ADMIN)}, or set another password on the cluster and in ${ADMIN}`;
const VALID = 'the valid login';
const ACCEPTED_HINT =
  `the databases accept the password of ${ROTATED}: check its email, whether the account ` +
  'is locked, and whether Basic authentication is on (control_plane_basic_authentication)';
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
  if (isLogin) return loginRejected(session, { request, status, errorCode });
  const denied = status === 403 ? 'cluster_permission_denied' : 'cluster_reply_unexpected';
  const hint = status >= 300 && status < 400 ? REDIRECT_HINT : undefined;
  return new RotationError(CODES.get(errorCode) ?? denied, what, { hint });
}

/**
 * Returns the error for a rejected login: whose login it is, the reply, and the secret to correct.
 * @param when - when the reply came, if not just now
 */
export function loginRejected(
  { target, login, acceptedByDatabase }: Pick<Session, 'target' | 'login' | 'acceptedByDatabase'>,
  { request, status, errorCode = '' }: RejectionReply,
  when = '',
): RotationError {
  const { whose, valid, where, wait } = describeLogin(login);
  const reply = `${status} ${errorCode}`.trim();
  const rejected = `cluster ${target.name} rejected the login of ${whose} (${reply} to ${request})`;
  const what = `${rejected} ${when}`.trim();
  const isExpired = errorCode === 'password_expired';
  const accepted = acceptedByDatabase ? ACCEPTED_HINT : undefined;
  const hint = isExpired
    ? `its password has expired: let an administrator set another one, and set it in ${where}`
    : (accepted ?? `set ${valid} in ${where}. ${wait}`);
  return new RotationError('cluster_login_refused', what, { hint });
}

/** Returns whose login it is, what is valid, the secret that has it, and a hint of its own. */
function describeLogin({ password, adminSecretArn }: ApiLogin): {
  whose: string;
  valid: string;
  where: string;
  wait: string;
} {
  if (adminSecretArn !== undefined) {
    const where = `${ADMIN} ${adminSecretArn}, not in ${ROTATED}`;
    return { whose: 'the administrator', valid: VALID, where, wait: ADMIN_HINT };
  }
  if (password !== undefined) {
    return { whose: 'the user', valid: VALID, where: ROTATED, wait: waitHint(ROTATED) };
  }
  const where = 'the secret of client-certificate-secret-arn';
  const valid = 'a certificate that is mapped to a user';
  return { whose: 'the client certificate', valid, where, wait: waitHint('it') };
}
