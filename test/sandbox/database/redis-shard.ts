import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { Shard } from './database.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];
const CONTROL_USER = 'sandbox-control';

// A server without data is there in 20 ms; a machine that is busy gets a while longer.
const START_TIMEOUT_MS = 10_000;
const START_POLL_MS = 5;

/** The path of a Redis or Valkey server. */
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

// The shell waits for the end of its standard input, which comes even when this process is killed,
// then ends the server and removes its folder: nothing is left behind.
const KEEPER =
  '"$0" "$1/redis.conf" >"$1/log" 2>&1 & cat >/dev/null; kill -9 $!; wait; rm -rf "$1"';

/** A real server on a Unix socket in a temporary folder, its users driven over that socket. */
export async function startRedisShard(program: string): Promise<Shard> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-shard-'));
  const socket = join(folder, 'redis.sock');
  const password = randomBytes(16).toString('hex');
  const config = [
    'port 0',
    `unixsocket ${socket}`,
    `dir ${folder}`,
    'save ""',
    'user default off',
    `user ${CONTROL_USER} on >${password} ~* &* +@all`,
  ];
  writeFileSync(join(folder, 'redis.conf'), `${config.join('\n')}\n`, { mode: 0o600 });
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  const keeper = spawn('/bin/sh', ['-c', KEEPER, program, folder], {
    stdio: [...stdio],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const stop = async () => {
    keeper.stdin?.end();
    await ended;
  };
  const control = createClient({
    username: CONTROL_USER,
    password,
    socket: { path: socket, tls: false },
  });
  control.on('error', () => undefined);
  try {
    await appear(socket);
    await control.connect();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind: versionOf(program),
    serve: (client) => {
      const shard = connect(socket);
      shard.on('error', () => client.destroy());
      shard.on('close', () => client.destroy());
      client.on('close', () => shard.destroy());
      client.pipe(shard).pipe(client);
    },
    setUser: async ({ name, passwords, acl }) => {
      const rules = ['on', 'resetpass', '~*', '&*', 'nocommands', ...acl.split(' ')];
      await control.aclSetUser(name, [...rules, ...passwords.map((one) => `>${one}`)]);
    },
    stop: async () => {
      control.destroy();
      await stop();
    },
  };
}

async function appear(socket: string): Promise<void> {
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
