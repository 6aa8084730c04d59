import { expect, test } from 'vitest';
import { openRotated } from '../rotation/roll-back/rotated.ts';
import { FUNCTION_KEY } from '../sandbox/names.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, passwordOf } from '../support/scenario.ts';
import { runCli } from './run-cli.ts';

const REPLACE_ALL = ['replace-all', '--secret', 'orders'];

test('replace-all warns of the lockout, and leaves the user one new password', async () => {
  await using world = await openRotated();
  const leaked = [...world.user.passwords];
  const { code, out, err } = await runCli(world, ...REPLACE_ALL, '--yes', 'orders');
  expect(err).toContain('Every application is LOCKED OUT until it reads the secret again.\n');
  expect(err).toContain('\nrun 1: succeeded\n');
  expect([code, out]).toEqual([
    0,
    'The user has one password: that of AWSCURRENT. Restart the applications.\n' +
      'Until reconcile removes their labels, `status` still lists the replaced\n' +
      'passwords. They are no longer valid.\n' +
      'Connections that are open now stay open, also those with a leaked password. To\n' +
      'close them, do steps 5 to 7 of docs/guides/after-a-leak.md.\n',
  ]);
  expect(world.user.passwords).toHaveLength(1);
  expect(leaked).not.toContain(passwordOf(world, 'AWSCURRENT'));
});

test('replace-all changes nothing without the right username', async () => {
  await using world = await openRotated();
  const before = [...world.user.passwords];
  for (const args of [[], ['--yes', 'order']]) {
    expect(await runCli(world, ...REPLACE_ALL, ...args)).toMatchObject({ code: 2, out: '' });
  }
  expect(world.user.passwords).toEqual(before);
});

test('replace-all runs again by itself after a run that AWS cut off before the label moved', async () => {
  await using world = await openRotated();
  // The first run replaces the passwords, and cannot move AWSCURRENT.
  let denials = 1;
  world.aws.fault = (action, input, caller) => {
    const isMove =
      caller === FUNCTION_KEY &&
      action === 'secretsmanager:UpdateSecretVersionStage' &&
      input.VersionStage === 'AWSCURRENT';
    if (!isMove || denials === 0) return undefined;
    denials -= 1;
    return 'denied';
  };
  const { code, out, err } = await runCli(world, ...REPLACE_ALL, '--yes', 'orders', '--json');
  expect([code, err.includes('LOCKED OUT')]).toEqual([0, true]);
  expect(JSON.parse(out)).toEqual({ ok: true, runs: 2 });
  expect(world.user.passwords).toHaveLength(1);
});

test('replace-all does not lock the applications out again if a cluster is down', async () => {
  await using world = await openRotated();
  world.api.fault = () => ({ status: 503 });
  const { code, out, err } = await runCli(world, ...REPLACE_ALL, '--yes', 'orders');
  expect([code, out]).toEqual([1, '']);
  // A run that is repeated prints a line.
  expect(err).not.toMatch(/^run \d/m);
  expect(err).toMatch(/\nhint: [\s\S]*leaked,\srun\sreplace-all\sagain\n$/);
});

test('replace-all of a default user asks for its database too', async () => {
  await using world = await openScenario({ isDefaultUser: true });
  await rotateSecret(world, world.arn);
  expect(await runCli(world, ...REPLACE_ALL, '--yes', 'default')).toMatchObject({ code: 2 });
  expect(world.user.passwords).toHaveLength(2);
  const tag = `default@127.0.0.1:${world.database.port}`;
  expect(await runCli(world, ...REPLACE_ALL, '--yes', tag)).toMatchObject({ code: 0 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});
