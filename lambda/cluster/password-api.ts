import { RotationError } from '../errors.ts';
import { toApiError } from '../redis-enterprise/api-error.ts';
import { databasePasswords } from '../redis-enterprise/database-passwords.ts';
import { generationIn, hasLegacy, NODES, versionsIn } from '../redis-enterprise/nodes.ts';
import { type PasswordApi, passwordApi } from '../redis-enterprise/passwords.ts';
import { cachedRead } from '../redis-enterprise/read.ts';
import type { ApiReply, Session } from '../redis-enterprise/types.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import { EMAIL } from '../secret/value-rules.ts';
import { type Account, usesOwnLogin } from './accounts.ts';
import { findDefaultUser } from './default-user.ts';
import { type LoginContext, openSession } from './login.ts';
import { findUsers } from './users.ts';

type OpenPasswordApi = PasswordApi & {
  session: Session;
  /** Whether a node is of the legacy generation; undefined: unknown. */
  isLegacy: boolean | undefined;
};

/**
 * Opens the password list of an account's user. First checks that the cluster changes the list of
 * that user. The requests name the account's user: in self mode the login name, in admin mode the
 * name that the tag binds. The version supplies only a password.
 * @throws `cluster_version_unsafe` if an administrator would change its own passwords.
 */
export async function openPasswordApi(
  account: Account,
  version: VersionValue,
  context: LoginContext,
): Promise<OpenPasswordApi> {
  const session = await openSession(account, version, context);
  if (account.username === DEFAULT_USER) return openDatabasePasswords(account, session);
  const isAdmin = !usesOwnLogin(account);
  // Always read it for an administrator: an upgrade may end in an unsafe version, and a DNS name
  // may lead to another cluster.
  const nodes = await cachedRead(session, NODES, { isFresh: isAdmin });
  // In self mode the role of the login may not permit the read.
  if (isAdmin && nodes.status !== 200) throw toApiError(session, `GET ${NODES}`, nodes);
  checkGeneration(account, version.password, nodes);
  const user = {
    username: isAdmin ? account.username : account.apiLoginName,
    isLegacy: nodes.status === 200 ? hasLegacy(nodes) : undefined,
    knownPassword: version.password,
  };
  const { isLegacy } = user;
  // PUT rejects a login by name on some versions.
  const replaceAll = async (password: string, isOnce: boolean) => {
    const byEmail = isAdmin ? await withEmail(session) : session;
    return passwordApi(byEmail, user).replaceAll(password, isOnce);
  };
  return { ...passwordApi(session, user), replaceAll, session, isLegacy };
}

/**
 * Opens the list of a default user. The database is in the path of its requests: the generation of
 * the API does not matter.
 */
async function openDatabasePasswords(
  { endpoints }: Account,
  session: Session,
): Promise<OpenPasswordApi> {
  // Read the nodes first: a later request may be redirected to one of them.
  await cachedRead(session, NODES);
  const cluster = await cachedRead(session, '/v1/cluster');
  const uid = await findDefaultUser(session, endpoints, cluster);
  return { ...databasePasswords(session, uid), session, isLegacy: false };
}

/** Returns the session with the email of an administrator, if the cluster lists one. */
async function withEmail(session: Session): Promise<Session> {
  const { login } = session;
  if (login.password === undefined || login.name.includes('@')) return session;
  const users = await cachedRead(session, '/v1/users');
  const [user] = findUsers(users.list, login.name);
  const { email } = user ?? {};
  if (typeof email !== 'string' || !EMAIL.test(email)) return session;
  return { ...session, login: { ...login, name: email } };
}

function checkGeneration(account: Account, password: string | undefined, nodes: ApiReply): void {
  const { name } = account.cluster;
  const generation = generationIn(nodes);
  if (generation === 'legacy' && password === undefined) {
    const what = `cluster ${name} requires a valid password to add another; the secret has none`;
    const hint = "add the user's password to the secret, or upgrade to 7.22.0-216 or later";
    throw new RotationError('current_password_missing', what, { hint });
  }
  if (usesOwnLogin(account) || generation === 'legacy' || generation === 'current') return;
  const why =
    generation === 'adminUnsafe'
      ? 'changes the passwords of the user that logs in (bug RS161290)'
      : `runs ${versionsIn(nodes)}, allowed is 6.0.12 or later`;
  const what = `cluster ${name} ${why}: the administrator may change its own passwords`;
  throw new RotationError('cluster_version_unsafe', what);
}
