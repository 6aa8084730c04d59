import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Cluster, tellDatabases } from './cluster.ts';
import type { Reply } from './passwords.ts';
import { type ClusterUser, countRefusal, findUser, isLocked } from './users.ts';

/** Who a request says it is from: the user, or why that is refused. */
export type Login = { name: string } & ({ user: ClusterUser } | { refused: Reply });

/**
 * Logs in by HTTP Basic authentication, with a user's name or email, or, where there is none, by
 * the client certificate.
 */
export async function logIn(cluster: Cluster, request: IncomingMessage): Promise<Login> {
  const { headers, socket } = request;
  if (headers.authorization === undefined && socket instanceof TLSSocket) {
    return logInByCertificate(cluster, socket);
  }
  const [name, password] = readBasic(headers.authorization);
  const user = findUser(cluster, name);
  if (user === undefined) return { name, refused: { status: 401 } };
  const refused = await refusalOf(cluster, user, password);
  const isRight = user.passwords.includes(password);
  cluster.onLogin({ name: user.name, password, isAccepted: refused === undefined, isRight });
  return refused === undefined ? { name, user } : { name, refused };
}

function logInByCertificate({ users }: Cluster, socket: TLSSocket): Login {
  const line = `CN=${socket.getPeerCertificate().subject?.CN}`;
  const user = users.find(
    ({ authMethod, certificateSubjectLine }) =>
      authMethod === 'certificate' && certificateSubjectLine === line,
  );
  return { name: line, ...(user === undefined ? { refused: { status: 401 } } : { user }) };
}

async function refusalOf(
  cluster: Cluster,
  user: ClusterUser,
  password: string,
): Promise<Reply | undefined> {
  const { options, now } = cluster;
  if (isLocked(user, now())) return { status: options.lockedStatus };
  // Whether one counts that is right is not documented: the worse is supposed.
  if (!options.basicAuthentication || !user.passwords.includes(password)) {
    await refuse(cluster, user);
    return { status: 401 };
  }
  if (user.status === 'password_expired') return { status: 401, errorCode: 'password_expired' };
  return undefined;
}

/** Counts a refused login, and tells the databases where it locked the user. */
async function refuse(cluster: Cluster, user: ClusterUser): Promise<void> {
  countRefusal(user, cluster.policy, cluster.now());
  if (isLocked(user, cluster.now())) await tellDatabases(cluster, user);
}

/** What a login that a database refused means to the cluster. */
export async function seeDatabaseLogin(
  cluster: Cluster,
  { name, isAccepted }: { name: string; isAccepted: boolean },
): Promise<void> {
  const user = cluster.users.find((one) => one.name === name);
  if (isAccepted || user === undefined || !cluster.options.databaseLoginsCount) return;
  await refuse(cluster, user);
}

function readBasic(header: string | undefined): [name: string, password: string] {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
}
