import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { DATABASES } from '../support/databases.ts';
import { openWorld } from './world.ts';

const POLL_MS = 20;

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

test.each(DATABASES)('a second world has ports of its own: %s', async (database) => {
  await using first = await openWorld({ database });
  await using world = await openWorld({ database });
  expect(world.database.kind).toMatch(database === 'built-in' ? /^built-in$/ : /^\w+-server \d/);
  expect(first.api.port).not.toBe(world.api.port);
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
  // Other processes write to the temporary folder of the machine.
  const TMPDIR = mkdtempSync(join(tmpdir(), 'killed-'));
  onTestFinished(() => rmSync(TMPDIR, { recursive: true }));
  const env = { ...process.env, TMPDIR };
  const child = spawn(process.execPath, ['test/sandbox/sandbox.ts'], { env });
  const [printed] = await once(child.stdout, 'data');
  expect(String(printed)).toMatch(/^export AWS_ENDPOINT_URL_SECRETS_MANAGER=http/m);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const left = () => [
    ...readdirSync(TMPDIR),
    ...commandLines().filter((line) => line.includes(TMPDIR)),
  ];
  while (left().length > 0) await setTimeout(POLL_MS);
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
