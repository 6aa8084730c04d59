import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Certificate, mutualTls } from '../certificate.ts';
import type { ClusterUser } from '../cluster/users.ts';
import type { Fault, FaultOf, Scripted } from '../fault.ts';
import { type Listening, listen } from '../listen.ts';
import { startBuiltInShard } from './built-in-shard.ts';
import { type Login, openConnections } from './open-connections.ts';
import { findRedisServer, startRedisShard } from './redis-shard.ts';

/** A user as the databases know it. */
export type DatabaseUser = Pick<ClusterUser, 'name' | 'passwords' | 'acl'> & {
  /** Whether connections that logged in with a removed password are closed. */
  disconnects?: boolean;
};

/** What keeps the data and the users of a database, behind its endpoint. */
export type Shard = {
  /** Such as `redis-server 7.0.15`. */
  kind: string;
  /** Serves a connection whose TLS has been taken off. */
  serve: (client: Socket) => void;
  setUser: (user: DatabaseUser) => Promise<void>;
  stop: () => Promise<void>;
};

export type Database = Pick<Shard, 'kind' | 'setUser'> &
  Listening & {
    fault: FaultOf<[], DatabaseFault> | undefined;
    /** Sees every login, and whether the database takes it. */
    onLogin: (login: Login & { isAccepted: boolean }) => void;
    /** What the built-in server says of a refused login: a proxy's wording is not documented. */
    refusal: string;
  };

/** What may go wrong with a connection: besides, it is answered with something else. */
export type DatabaseFault = Exclude<Fault, object> | { reply: string } | Scripted;

type DatabaseOptions = {
  host?: string;
  port?: number;
  /** Who signs the certificates that clients must show; default: they need none. */
  clientAuthority?: Certificate | undefined;
};

/** Which server keeps the data: a real one where there is one, or that of the sandbox. */
export type DatabaseKind = 'redis-server' | 'built-in';

/**
 * A database endpoint. As in Redis Enterprise, a proxy speaks TLS (where `certificate` is given)
 * and passes everything on to a shard, here a real redis-server or the built-in one.
 */
export async function startDatabase(
  kind: DatabaseKind | undefined,
  certificate: Certificate | undefined,
  { host, port, clientAuthority }: DatabaseOptions = {},
): Promise<Database> {
  const program = kind === 'built-in' ? undefined : findRedisServer();
  if (kind === 'redis-server' && program === undefined) {
    throw new Error(
      'no redis-server or valkey-server on the PATH; hint: apt-get install redis-server',
    );
  }
  const shard =
    program === undefined
      ? startBuiltInShard(() => database.refusal)
      : await startRedisShard(program);
  const users = new Map<string, string[]>();
  const connections = openConnections((login) => {
    const isAccepted = users.get(login.name)?.includes(login.password) === true;
    database.onLogin({ ...login, isAccepted });
  });
  const serve = async (client: Socket) => {
    client.on('error', () => client.destroy());
    const fault = await database.fault?.();
    if (fault === 'no reply') return;
    if (typeof fault === 'object') {
      return 'script' in fault ? fault.script(client) : void client.end(fault.reply);
    }
    if (fault !== undefined) return void client.destroy();
    connections.watch(client);
    shard.serve(client);
  };
  const server =
    certificate === undefined
      ? createTcpServer(serve)
      : createTlsServer({ ...certificate, ...mutualTls(clientAuthority) }, serve);
  server.on('tlsClientError', () => undefined);
  const proxy = await listen(server, host, port);
  const close = async () => {
    await proxy.close();
    await shard.stop();
  };
  const setUser = async (user: DatabaseUser) => {
    await shard.setUser(user);
    users.set(user.name, user.passwords);
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
