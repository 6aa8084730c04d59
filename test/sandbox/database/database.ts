import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Certificate, mutualTls } from '../certificate.ts';
import type { ClusterUser } from '../cluster/users.ts';
import type { Fault, FaultOf, Scripted } from '../fault.ts';
import { type Listening, listen } from '../listen.ts';
import { startBuiltInShard } from './built-in-shard.ts';
import { type Login, openConnections } from './open-connections.ts';
import { findRedisServer, startRedisShard } from './redis-shard.ts';

/** The data of a user that the databases need. */
export type DatabaseUser = Pick<ClusterUser, 'name' | 'passwords' | 'acl'> & {
  /** `nopass`: whether any password is accepted. The default user then needs no login. */
  isOpen?: boolean;
  /** Whether the removal of a password closes the connections that logged in with it. */
  disconnects?: boolean;
};

/** The server behind a database endpoint. It has the data and the users. */
export type Shard = {
  /** Such as `redis-server 7.0.15`. */
  kind: string;
  /** Serves a connection without TLS. */
  serve: (client: Socket) => void;
  setUser: (user: DatabaseUser) => Promise<void>;
  stop: () => Promise<void>;
};

export type Database = Pick<Shard, 'kind' | 'setUser'> &
  Listening & {
    fault: FaultOf<[], DatabaseFault> | undefined;
    /** Receives every login. */
    onLogin: (login: Login & { isAccepted: boolean }) => void;
    /** The emulator's error for a rejected login. Redis does not document a proxy's text. */
    refusal: string;
  };

/** A fault of a connection. */
export type DatabaseFault = Exclude<Fault, object> | { reply: string } | Scripted;

type DatabaseOptions = {
  host?: string;
  port?: number;
  /** The CA of the client certificates that it requires; default: none required. */
  clientAuthority?: Certificate | undefined;
};

/** A real server of the PATH, or the sandbox's emulator. */
export type DatabaseKind = 'redis-server' | 'built-in';

/**
 * Starts a database endpoint. As in Redis Enterprise, a proxy terminates TLS (if `certificate` is
 * given) and forwards everything to a shard: a real redis-server or the emulator. Default: a real
 * server if the PATH has one.
 */
export async function startDatabase(
  kind: DatabaseKind | undefined,
  certificate: Certificate | undefined,
  { host, port, clientAuthority }: DatabaseOptions = {},
): Promise<Database> {
  const shard = await startShard(kind, () => database.refusal);
  const users = new Map<string, DatabaseUser>();
  const connections = openConnections((login) => {
    const user = users.get(login.name);
    const isAccepted = user?.isOpen === true || user?.passwords.includes(login.password) === true;
    database.onLogin({ ...login, isAccepted });
  });
  const serve = async (client: Socket) => {
    client.on('error', () => client.destroy());
    const fault = await database.fault?.();
    if (fault !== undefined) return applyFault(fault, client);
    connections.watch(client);
    shard.serve(client);
  };
  const server = createProxy(certificate, clientAuthority, serve);
  const proxy = await listen(server, host, port);
  const close = async () => {
    await proxy.close();
    await shard.stop();
  };
  const setUser = async (user: DatabaseUser) => {
    await shard.setUser(user);
    users.set(user.name, { ...user });
    if (user.disconnects) connections.closeStale(user);
  };
  const database: Database = {
    ...proxy,
    kind: shard.kind,
    setUser,
    close,
    fault: undefined,
    onLogin: () => undefined,
    refusal: 'WRONGPASS invalid username-password pair or user is disabled.',
  };
  return database;
}

function startShard(kind: DatabaseKind | undefined, refusal: () => string): Promise<Shard> {
  const program = kind === 'built-in' ? undefined : findRedisServer();
  if (program !== undefined) return startRedisShard(program);
  if (kind !== 'redis-server') return Promise.resolve(startBuiltInShard(refusal));
  throw new Error(
    'no redis-server or valkey-server on the PATH; hint: apt-get install redis-server',
  );
}

function applyFault(fault: DatabaseFault, client: Socket): void {
  if (fault === 'no reply') return;
  if (typeof fault !== 'object') client.destroy();
  else if ('script' in fault) fault.script(client);
  else client.end(fault.reply);
}

function createProxy(
  certificate: Certificate | undefined,
  clientAuthority: Certificate | undefined,
  serve: (client: Socket) => void,
) {
  const server =
    certificate === undefined
      ? createTcpServer(serve)
      : createTlsServer({ ...certificate, ...mutualTls(clientAuthority) }, serve);
  server.on('tlsClientError', () => undefined);
  return server;
}
