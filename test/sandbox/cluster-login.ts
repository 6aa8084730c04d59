import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Cluster, tellDatabases } from './cluster.ts';
import type { Reply } from './cluster-passwords.ts';
import { type ClusterUser, checkPassword, findUser, isLocked } from './cluster-users.ts';

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
  const user = findUser(cluster.users, name);
  if (user === undefined || !cluster.options.basicAuthentication) {
    return { name, refused: { status: 401 } };
  }
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
  const { options, policy, now } = cluster;
  if (isLocked(user, now())) return { status: options.lockedStatus };
  if (!checkPassword(user, password, policy, now())) {
    if (isLocked(user, now())) await tellDatabases(cluster, user);
    return { status: 401 };
  }
  if (user.status === 'password_expired') return { status: 401, errorCode: 'password_expired' };
  return undefined;
}

function readBasic(header: string | undefined): [name: string, password: string] {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
}
