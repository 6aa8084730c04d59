import { RotationError } from '../errors.ts';
import { findViolation, stringRule } from '../field-rules.ts';
import { parseObject } from '../json.ts';
import { loginRejected } from '../redis-enterprise/api-error.ts';
import type { ApiContext, ApiLogin, Session } from '../redis-enterprise/types.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import { PASSWORD } from '../secret/value-rules.ts';
import type { Account } from './accounts.ts';
import { type ReferencedSecretContext, readReferencedSecret } from './referenced-secret.ts';
import { type RejectionContext, recentRejection, rememberRejection } from './rejected-logins.ts';

export type LoginContext = ApiContext & ReferencedSecretContext & RejectionContext;

/**
 * Opens a session as the user, with the password of a version, or as the cluster's administrator.
 * In self mode the login name comes from the account, not from the version.
 * @throws `admin_secret_invalid`, `current_password_missing` or `cluster_login_refused`.
 */
export async function openSession(
  { cluster, endpoints, admin, apiLoginName }: Account,
  version: VersionValue,
  context: LoginContext,
): Promise<Session> {
  if (admin === undefined) {
    const login = { name: apiLoginName, password: requirePassword(version) };
    // The caller has verified the password on every database.
    const acceptedByDatabase = endpoints.length > 0;
    return remembering({ ...context, target: cluster, login, acceptedByDatabase }, context);
  }
  if (admin.secretArn === undefined) {
    const login = { name: 'client certificate', password: undefined };
    return { ...context, target: cluster, login };
  }
  const login = await readAdminLogin(cluster.name, admin.secretArn, context);
  return remembering({ ...context, target: cluster, login }, context);
}

const RECENTLY = 'less than 30 minutes ago, so it was not sent again';

/**
 * Returns a session that remembers a rejection of its login for 30 minutes.
 * @throws `cluster_login_refused` if the cluster rejected the login in the last 30 minutes.
 */
function remembering(session: Session, context: LoginContext): Session {
  const login = { cluster: session.target.name, ...session.login };
  const reply = recentRejection(login, context);
  if (reply !== undefined) throw loginRejected(session, reply, RECENTLY);
  return { ...session, onRejected: (seen) => rememberRejection(login, seen, context) };
}

// A space at an end is a typo: each login that the cluster rejects counts towards a lockout.
const LOGIN_NAME = stringRule('a name without a colon', (seen) => NAME.test(seen), true);
const NAME = /^(?!\s)[^:]+(?<!\s)$/;

async function readAdminLogin(
  cluster: string,
  arn: string,
  context: LoginContext,
): Promise<ApiLogin> {
  const { text } = await readReferencedSecret(arn, context);
  const fields = parseObject(text) ?? {};
  const { email, username, password } = fields;
  // The key/value editor of AWS's console may leave an empty email.
  const rules = {
    password: { ...PASSWORD, required: true },
    [email ? 'email' : 'username']: LOGIN_NAME,
  };
  const violation = findViolation(fields, rules);
  if (violation !== undefined) {
    const what = `cluster ${cluster}: in the admin secret, ${violation}`;
    throw new RotationError('admin_secret_invalid', what);
  }
  context.registerSecret(String(password));
  return { name: String(email || username), password: String(password), adminSecretArn: arn };
}
