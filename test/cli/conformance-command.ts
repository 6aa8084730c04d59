import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import type { World } from '../sandbox/world.ts';
import { adminOf } from './conformance-world.ts';
import { CLI } from './run-cli.ts';

type Ended = { code: unknown; out: string; err: string };

/** Runs the command in a process of its own, with an empty standard input. */
export function runCommand(args: string[], variables: Record<string, string> = {}) {
  const env = { ...process.env, REDIS_ENTERPRISE_PASSWORD: '', ...variables };
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(
    process.execPath,
    [CLI, 'conformance', ...args],
    { env },
    (error, out, err) => resolve({ code: error === null ? 0 : error.code, out, err }),
  );
  child.stdin?.end();
  return { ended: promise, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** Runs the command on a world, with the login of its admin. */
export function runOn(world: World, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, world.certificate.cert);
  const api = `https://127.0.0.1:${world.api.port}`;
  const args = ['--api', api, '--admin', 'admin', '--ca', ca, '--server-name', CLUSTER_NAME];
  const variables = { REDIS_ENTERPRISE_PASSWORD: adminOf(world).passwords[0] ?? '' };
  const { ended, kill } = runCommand([...args, ...options], variables);
  return { ended: ended.finally(() => rmSync(folder, { recursive: true })), kill };
}
