import { expect, test } from 'vitest';
import { holder } from '../sandbox/aws/secret-store.ts';
import { updateStage } from '../sandbox/setup.ts';
import type { World } from '../sandbox/world.ts';
import { stageToken } from '../support/scenario.ts';
import { openRotating, PASSWORD, ROTATE } from './rotating.ts';
import { runCli, startCli } from './run-cli.ts';

function storedPassword({ store, arn }: World & { arn: string }): unknown {
  const value = holder(store.latest(arn), 'AWSCURRENT')?.value;
  return value && 'SecretString' in value ? JSON.parse(value.SecretString).password : undefined;
}

test.concurrent('rotate prints no escape sequence of a VersionId', async () => {
  await using world = await openRotating();
  const args = [...ROTATE, '--timeout', '1'];
  const escapes = '\u001b[2J\u001b]0;x\u0007'.padEnd(36, 'x');
  world.aws.around = async ({ action }, run) => {
    const reply = await run();
    return action.endsWith('RotateSecret') ? { ...reply, VersionId: escapes } : reply;
  };
  const started = await runCli(world, ...args);
  expect(started.err).toContain('a rotation started: its version is ');
  world.aws.around = (_call, run) => run();
  await using pending = await openRotating();
  stageToken(pending, escapes);
  const running = await runCli(pending, ...args);
  expect(running.err).toContain('a rotation was running already');
  for (const { out, err } of [started, running]) {
    expect(out + err).not.toContain('\u001b');
    expect(out + err).not.toContain('\u0007');
  }
});

test.concurrent('rotate starts a rotation, shows its steps, and ends with it', async () => {
  await using world = await openRotating();
  const { code, out, err } = await runCli(world, ...ROTATE);
  expect([code, out]).toEqual([
    0,
    'The rotation succeeded. `status` shows which replaced passwords may be valid.\n',
  ]);
  expect(err).toMatch(/^a rotation started: its version is [0-9a-f-]{36}\n/);
  expect(storedPassword(world)).not.toBe(PASSWORD);
  expect(out + err).not.toContain(PASSWORD);
  const asJson = await runCli(world, ...ROTATE, '--json');
  expect(JSON.parse(asJson.out)).toMatchObject({ outcome: 'succeeded', lastError: null });
  expect([asJson.code, asJson.err]).toEqual([0, '']);
});

test.concurrent('rotate says that leaked passwords may be valid while a version has REPLACING', async () => {
  await using world = await openRotating();
  const versionId = holder(world.store.latest(world.arn), 'AWSCURRENT')?.id;
  await updateStage(world, world.arn, 'REPLACING', { to: versionId });
  const { code, out } = await runCli(world, ...ROTATE);
  expect([code, out.replaceAll('\n', ' ')]).toEqual([
    0,
    expect.stringContaining('no replace-all has succeeded. Run replace-all again. '),
  ]);
});

test.concurrent('rotate says that a rotation is running, and watches it', async () => {
  await using world = await openRotating({ fails: true });
  const first = await runCli(world, ...ROTATE, '--timeout', '3', '--json');
  const second = await runCli(world, ...ROTATE, '--timeout', '1');
  const { versionId } = JSON.parse(first.out);
  expect([second.code, second.err]).toEqual([1, expect.stringContaining(versionId)]);
  expect(second.err).toMatch(/^a rotation (was running already: AWS retries it|started)/);
});

test.concurrent('rotate does not enable a rotation that is off', async () => {
  await using world = await openRotating();
  world.store.write(world.arn, (secret) => {
    secret.rotationEnabled = false;
  });
  const { code, out, err } = await runCli(world, ...ROTATE);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^rotation_not_enabled: nothing was changed in orders: rotation is off: the\n.*\nhint: /,
  );
});

test.concurrent('rotate names the missing function of a secret without rotation', async () => {
  await using world = await openRotating();
  world.store.write(world.arn, (secret) => {
    secret.rotationLambdaArn = undefined;
  });
  const { code, err } = await runCli(world, ...ROTATE);
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/^secret orders has no rotation function\nhint: enable rotation with\n/),
  ]);
  // Without the tag, it may be the secret of an administrator.
  world.store.write(world.arn, (secret) => {
    secret.tags.clear();
  });
  const untagged = await runCli(world, ...ROTATE);
  expect(untagged.err).toContain('hint: name a secret that `status` lists');
});

test.concurrent('Ctrl-C ends rotate with 130, says what goes on, and status shows it', async () => {
  await using world = await openRotating({ fails: true });
  const { ended, child } = startCli(ROTATE, { variables: world.environment });
  child.stderr?.on('data', (text: string) => {
    if (text.includes('a rotation started')) child.kill('SIGINT');
  });
  const { code, err } = await ended;
  expect([code, err]).toEqual([
    130,
    expect.stringContaining(
      'interrupted by SIGINT\nthe rotation goes on in AWS: `status --secret ID` shows it\n',
    ),
  ]);
  const { out } = await runCli(world, 'status', '--secret', 'orders', '--json');
  expect(JSON.parse(out).secrets).toMatchObject([{ problems: [{ code: 'rotating' }] }]);
});
