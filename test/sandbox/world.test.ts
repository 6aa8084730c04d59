import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DATABASES } from '../support/databases.ts';
import { openWorld } from './world.ts';

const foldersOfShards = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('redis-shard-'));

/** Returns whether a server listens on a loopback port. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}

test.each(DATABASES)('a world starts in under a second: %s', async (database) => {
  await using warm = await openWorld({ database });
  const started = performance.now();
  await using world = await openWorld({ database });
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(world.database.kind).toMatch(database === 'built-in' ? /^built-in$/ : /^\w+-server \d/);
  expect(warm.api.port).not.toBe(world.api.port);
});

test.each(
  DATABASES,
)('a closed world leaves no open port, and no changed variable: %s', async (database) => {
  const before = { ...process.env };
  const world = await openWorld({ database });
  const ports = [world.api.port, world.aws.port, world.database.port];
  expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true]);
  await world[Symbol.asyncDispose]();
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
  expect(process.env).toEqual(before);
});

test('a world that fails to start leaves nothing behind', async () => {
  const before = { ...process.env };
  await expect(openWorld({ settings: { OVERLAP_SECONDS: 'x' } })).rejects.toThrow(
    'OVERLAP_SECONDS',
  );
  expect(process.env).toEqual(before);
});

test('a killed sandbox process leaves no server and no file behind', async () => {
  const before = foldersOfShards();
  const child = spawn(process.execPath, ['test/sandbox/sandbox.ts']);
  const [printed] = await once(child.stdout, 'data');
  expect(String(printed)).toMatch(/^export AWS_ENDPOINT_URL_SECRETS_MANAGER=http/m);
  const mine = foldersOfShards().filter((name) => !before.includes(name));
  child.kill('SIGKILL');
  await once(child, 'exit');
  for (const _ of Array.from({ length: 50 })) {
    if (!foldersOfShards().some((name) => mine.includes(name))) break;
    await setTimeout(20);
  }
  expect(foldersOfShards().filter((name) => mine.includes(name))).toEqual([]);
  expect(commandLines().filter((line) => mine.some((name) => line.includes(name)))).toEqual([]);
});

/** Returns the command line of every process, if the system has /proc. */
function commandLines(): string[] {
  const isProcess = (name: string) => /^\d+$/.test(name);
  const processes = process.platform === 'linux' ? readdirSync('/proc').filter(isProcess) : [];
  return processes.flatMap((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8');
    } catch {
      return [];
    }
  });
}
