import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Cluster, updateDatabases } from './cluster.ts';
import type { Reply } from './passwords.ts';
import { type ClusterUser, countRejection, findUser, isLocked } from './users.ts';

/** The user of a request, or the reply to its invalid login. */
export type Login = { name: string } & ({ user: ClusterUser } | { rejected: Reply });

/**
 * Logs in by HTTP Basic authentication with a user's name or email. If the request has no such
 * header, logs in by the client certificate.
 */
export async function logIn(cluster: Cluster, request: IncomingMessage): Promise<Login> {
  const { headers, socket } = request;
  if (headers.authorization === undefined && socket instanceof TLSSocket) {
    return logInByCertificate(cluster, socket);
  }
  const [name, password] = readBasic(headers.authorization);
  const user = findUser(cluster, name);
  if (user === undefined) return { name, rejected: { status: 401 } };
  const isPut = request.method === 'PUT' && request.url === '/v1/users/password';
  const isRejectedName = isPut && name === user.name && name !== user.email;
  if (cluster.options.putRejectsNames && isRejectedName) {
    await noteRejection(cluster, user);
    return { name, rejected: { status: 401 } };
  }
  const rejected = await rejectionOf(cluster, user, password);
  const isRight = user.passwords.includes(password);
  cluster.onLogin({ name: user.name, password, isAccepted: rejected === undefined, isRight });
  return rejected === undefined ? { name, user } : { name, rejected };
}

function logInByCertificate({ users }: Cluster, socket: TLSSocket): Login {
  const line = `CN=${socket.getPeerCertificate().subject?.CN}`;
  const user = users.find(
    ({ authMethod, certificateSubjectLine }) =>
      authMethod === 'certificate' && certificateSubjectLine === line,
  );
  return { name: line, ...(user === undefined ? { rejected: { status: 401 } } : { user }) };
}

async function rejectionOf(
  cluster: Cluster,
  user: ClusterUser,
  password: string,
): Promise<Reply | undefined> {
  const { options, now } = cluster;
  if (isLocked(user, now())) return { status: options.lockedStatus };
  // Redis does not document whether a correct password counts here: assume that it does.
  if (!options.basicAuthentication || !user.passwords.includes(password)) {
    await noteRejection(cluster, user);
    return { status: 401 };
  }
  if (user.status === 'password_expired') return { status: 401, errorCode: 'password_expired' };
  return undefined;
}

/** Counts a rejected login. If it locks the user, updates the databases. */
async function noteRejection(cluster: Cluster, user: ClusterUser): Promise<void> {
  countRejection(user, cluster.policy, cluster.now());
  if (isLocked(user, cluster.now())) await updateDatabases(cluster, user);
}

/** Counts a login that a database rejected, if the cluster's options say so. */
export async function countDatabaseLogin(
  cluster: Cluster,
  { name, isAccepted }: { name: string; isAccepted: boolean },
): Promise<void> {
  const user = cluster.users.find((one) => one.name === name);
  if (isAccepted || user === undefined || !cluster.options.databaseLoginsCount) return;
  await noteRejection(cluster, user);
}

function readBasic(header: string | undefined): [name: string, password: string] {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
}
