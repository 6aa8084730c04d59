import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { Shard } from './database.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];
const CONTROL_USER = 'sandbox-control';

// A server without data starts in 20 ms. A busy machine takes longer.
const START_TIMEOUT_MS = 10_000;
const START_POLL_MS = 5;

/** Returns the path of a Redis or Valkey server; undefined if the PATH has none. */
export function findRedisServer(path = process.env.PATH ?? ''): string | undefined {
  const candidates = path
    .split(delimiter)
    .flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// The shell waits for the end of its standard input, which comes even if this process is killed.
// Then it ends the server and removes the folder.
const KEEPER =
  '"$0" "$1/redis.conf" >"$1/log" 2>&1 & cat >/dev/null; kill -9 $!; wait; rm -rf "$1"';

/** Starts a real server on a Unix socket in a temporary folder. */
export async function startRedisShard(program: string): Promise<Shard> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-shard-'));
  const socket = join(folder, 'redis.sock');
  const password = randomBytes(16).toString('hex');
  const stop = startServer(program, folder, socket, password);
  const control = createClient({
    username: CONTROL_USER,
    password,
    socket: { path: socket, tls: false },
  });
  control.on('error', () => undefined);
  try {
    await waitForFile(socket);
    await control.connect();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind: versionOf(program),
    serve: (client) => forward(client, socket),
    setUser: async ({ name, passwords, acl, isOpen = false }) => {
      const rules = ['on', 'resetpass', '~*', '&*', 'nocommands', ...acl.split(' ')];
      if (isOpen) rules.push('nopass');
      await control.aclSetUser(name, [...rules, ...passwords.map((one) => `>${one}`)]);
    },
    stop: async () => {
      control.destroy();
      await stop();
    },
  };
}

/** Starts the server's process; returns what stops it. */
function startServer(
  program: string,
  folder: string,
  socket: string,
  password: string,
): () => Promise<void> {
  const config = [
    'port 0',
    `unixsocket ${socket}`,
    `dir ${folder}`,
    'save ""',
    'user default off',
    `user ${CONTROL_USER} on >${password} ~* &* +@all`,
  ];
  writeFileSync(join(folder, 'redis.conf'), `${config.join('\n')}\n`, { mode: 0o600 });
  const keeper = spawn('/bin/sh', ['-c', KEEPER, program, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  return async () => {
    keeper.stdin?.end();
    await ended;
  };
}

function forward(client: Socket, socket: string): void {
  const shard = connect(socket);
  shard.on('error', () => client.destroy());
  shard.on('close', () => client.destroy());
  client.on('close', () => shard.destroy());
  client.pipe(shard).pipe(client);
}

async function waitForFile(socket: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!existsSync(socket)) {
    if (performance.now() > deadline) throw new Error('redis-server did not start');
    await setTimeout(START_POLL_MS);
  }
}

function versionOf(program: string): string {
  const line = execFileSync(program, ['--version']).toString();
  const [, name = 'redis-server'] = /([a-z]+-server)$/.exec(program) ?? [];
  const [, version = 'unknown'] = /v=(\S+)/.exec(line) ?? [];
  return `${name} ${version}`;
}
