import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { stateOf } from '../rotation/roll-back/rotated.ts';
import { openWorld } from '../sandbox/world.ts';
import { openRotatedToday } from './rotated-today.ts';
import { CLI, startCli } from './run-cli.ts';
import { addSecrets, nameOf } from './twelve-secrets.ts';

// The `script` of Linux runs a command on a terminal of its own.
const onTerminal = test.runIf(
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0,
);

type Typing = { after: string; keys: string };

/** Runs a command on a terminal, and types keys after a text appeared. */
function runOnTerminal(
  args: string[],
  variables: Record<string, string>,
  typing?: Typing,
): Promise<{ code: number | null; out: string }> {
  // Ctrl-C must reach the command only, and not a shell.
  const command = ['exec', process.execPath, CLI, ...args].join(' ');
  const env = { PATH: process.env.PATH, HOME: '/nowhere', TERM: 'xterm-256color', ...variables };
  const child = spawn('script', ['-qefc', command, '/dev/null'], { env });
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; out: string }>();
  let out = '';
  let isTyped = false;
  child.stdout.on('data', (bytes) => {
    out += bytes;
    if (typing === undefined || isTyped || !out.includes(typing.after)) return;
    isTyped = true;
    child.stdin.write(typing.keys);
  });
  child.on('close', (code) => resolve({ code, out }));
  return promise;
}

const COLOR = '\u001b[3';
const CTRL_C = '\u0003';

onTerminal('colors are for a terminal, and NO_COLOR turns them off', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const color = await runOnTerminal(['status'], world.environment);
  expect([color.code, color.out.includes(`${COLOR}1mfail`)]).toEqual([1, true]);
  const plain = await runOnTerminal(['status'], { ...world.environment, NO_COLOR: '1' });
  expect([plain.code, plain.out.includes(COLOR)]).toEqual([1, false]);
  const variables = { ...world.environment, FORCE_COLOR: '1' };
  const piped = await startCli(['status'], { variables }).ended;
  expect(piped.out).not.toContain('\u001b');
});

onTerminal('status --watch redraws, and Ctrl-C ends it with 0', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const typing = { after: nameOf('well'), keys: CTRL_C };
  const { code, out } = await runOnTerminal(['status', '--watch'], world.environment, typing);
  expect(code).toBe(0);
  expect(out).toContain('\u001b[H\u001b[2J');
  expect(out).toContain('UTC, every 10 s. Ctrl-C ends.');
});

onTerminal('roll-back asks for the username, and runs after it', async () => {
  await using world = await openRotatedToday();
  const args = ['roll-back', '--secret', 'orders'];
  const typing = { after: 'Type the user of the secret to confirm: ', keys: 'orders\r' };
  const { code, out } = await runOnTerminal(args, world.environment, typing);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining(`AWSCURRENT is version ${world.before}`),
  ]);
});

onTerminal.each([
  ['the wrong username', 'order\r', 2, 'nothing was changed'],
  ['an empty line', '\r', 2, 'nothing was changed'],
  ['Ctrl-D', '\u0004', 2, 'nothing was changed'],
  ['Ctrl-C', CTRL_C, 130, 'interrupted by SIGINT'],
])('roll-back changes nothing after %s', async (_, keys, exitCode, message) => {
  await using world = await openRotatedToday();
  const before = stateOf(world);
  const args = ['roll-back', '--secret', 'orders'];
  const typing = { after: 'Type the user of the secret to confirm: ', keys };
  const { code, out } = await runOnTerminal(args, world.environment, typing);
  expect([code, out]).toEqual([exitCode, expect.stringContaining(message)]);
  expect(out).not.toContain('goes on in AWS');
  expect(stateOf(world)).toEqual(before);
});

test('status --watch off a terminal prints lines without escape sequences', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const { ended, child } = startCli(['status', '--watch'], { variables: world.environment });
  child.stdout?.on('data', (text: string) => {
    if (text.includes('12 secrets')) child.kill('SIGINT');
  });
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toContain('\u001b');
});

test('status ends quietly if the reader of its output has gone', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const { ended, child } = startCli(['status'], { variables: world.environment });
  child.stdout?.destroy();
  const { err } = await ended;
  expect(err).toBe('');
});
