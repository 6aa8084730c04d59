import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { REGION } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

const FUNCTION_ARN_OPTION = '--rotation-lambda-arn';

/** Opens a world with a secret whose rotation was cancelled; returns the pending VersionId. */
async function openCancelled(): Promise<World & { arn: string; pending: string }> {
  const world = await openWorld({ database: 'built-in' });
  addSecrets(world, {
    cancelled: { ...TWELVE.rotating, versions: TWELVE.rotating?.versions ?? [], off: true },
  });
  const secret = world.store.latest(nameOf('cancelled'));
  const pending = [...secret.versions.values()].find(({ stages }) => stages.includes('AWSPENDING'));
  return { ...world, arn: secret.arn, pending: pending?.id ?? '' };
}

const SECRET = `--region ${REGION} --secret-id redis/cancelled`;
const ENABLE = `aws secretsmanager rotate-secret ${SECRET}`;

const removal = ({ pending }: { pending: string }) =>
  `aws secretsmanager update-secret-version-stage ${SECRET} ` +
  `--version-stage AWSPENDING --remove-from-version-id ${pending}`;

test('status of a cancelled rotation names the command that must precede rotate-secret', async () => {
  await using world = await openCancelled();
  const { code, out } = await runCli(world, 'status', '--json');
  const [{ problems }] = JSON.parse(out).secrets;
  expect([code, problems.length]).toEqual([1, 1]);
  expect(problems[0]).toMatchObject({
    code: 'rotation-off',
    what: expect.stringContaining(world.pending),
    hint: expect.stringMatching(/^first remove AWSPENDING with `.*`, then enable rotation with `/),
  });
  expect(problems[0].hint).toContain(removal(world));
});

test('status, rotate and preflight print each command complete, on a line of its own', async () => {
  await using world = await openCancelled();
  const secret = ['--secret', nameOf('cancelled')];
  for (const args of [['status'], ['rotate', ...secret], ['preflight', ...secret]]) {
    const { out, err } = await runCli(world, ...args);
    const lines = `${out}${err}`.split('\n').map((line) => line.trim());
    expect(lines, args[0]).toEqual(expect.arrayContaining([removal(world), ENABLE]));
  }
});

test('rotate and preflight of a cancelled rotation name the same command', async () => {
  await using world = await openCancelled();
  const rotate = await runCli(world, 'rotate', '--secret', nameOf('cancelled'), '--json');
  expect(JSON.parse(rotate.out).error.hint).toContain(removal(world));
  const preflight = await runCli(world, 'preflight', '--secret', nameOf('cancelled'), '--json');
  const { checks } = JSON.parse(preflight.out) as Preflight;
  expect(checks.find(({ check }) => check === 'rotation')).toMatchObject({
    status: 'fail',
    hint: expect.stringContaining(removal(world)),
  });
});

test('status of a secret that never had a function names the option for it', async () => {
  await using world = await openCancelled();
  expect((await runCli(world, 'status')).out).not.toContain(FUNCTION_ARN_OPTION);
  world.store.write(world.arn, (secret) => {
    secret.rotationLambdaArn = undefined;
  });
  expect((await runCli(world, 'status')).out).toContain(FUNCTION_ARN_OPTION);
});

test('status of a secret that is marked for deletion fails', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world, { well: TWELVE.well ?? { versions: [] } });
  await world.secretsManager.send(new DeleteSecretCommand({ SecretId: nameOf('well') }));
  const { code, out } = await runCli(world, 'status', '--secret', nameOf('well'));
  expect([code, /^(\w+) +redis/m.exec(out)?.[1]]).toEqual([1, 'fail']);
  expect(out).toContain(
    'the secret is marked for deletion\n' +
      '      → if it is still in use, run\n' +
      `      aws secretsmanager restore-secret --region ${REGION} --secret-id redis/well\n`,
  );
});
