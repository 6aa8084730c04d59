import { expect, test } from 'vitest';
import { USER_TAG } from '../../lambda/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

/** Adds the secret that is well, after a change. */
function addChanged(world: World, change: Parameters<World['store']['write']>[1]): void {
  const { well } = TWELVE;
  if (well === undefined) throw new Error('no state');
  addSecrets(world, { well });
  world.store.write(nameOf('well'), change);
}

/** Runs `status` both ways; expects 80 columns, except commands, and no control character. */
async function expectSafe(world: World): Promise<string> {
  const { code, out, err } = await runCli(world, 'status');
  expect([code, err]).toEqual([expect.any(Number), '']);
  expect(out).not.toMatch(/[^\P{C}\n]/u);
  const isLong = (line: string) => line.length > 80 && !/^ +aws /.test(line);
  expect(out.split('\n').filter(isLong)).toEqual([]);
  const json = await runCli(world, 'status', '--json');
  expect(JSON.parse(json.out).secrets).toHaveLength(1);
  return out;
}

test.each([
  ['\u001b[2J\u001b]0;title\u0007orders', 'orders'],
  ['ord\rers\nfail', 'ord ers fail'],
  ['orders\u202e', 'orders\ufffd'],
  ['', ''],
])('status shows the user tag %j without what a terminal acts on', async (user, shown) => {
  await using world = await openWorld({ database: 'built-in' });
  addChanged(world, ({ tags }) => void tags.set(USER_TAG, user));
  expect(await expectSafe(world)).toContain(`redis/well              ${shown}`);
});

test('status shows a name of 512 characters completely', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const name = `redis/${'x'.repeat(506)}`;
  addChanged(world, (secret) => {
    secret.name = name;
  });
  const out = await expectSafe(world);
  expect(out.replace(/\n {6}/g, '')).toContain(name);
});

test('status ignores labels that others wrote', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const labels = [
    'EXPIRES-0-nobody',
    'EXPIRES-1e99-x',
    'LIVE',
    'LIVE-',
    '\u001b[31m',
    'EXPIRES--1-',
  ];
  addChanged(world, ({ versions }) => {
    for (const version of versions.values()) {
      if (version.stages.includes('AWSCURRENT')) version.stages.push(...labels);
    }
  });
  expect(await expectSafe(world)).toContain('1 secret: 0 fail, 1 warn, 0 ok.');
});

test('status shows an expiry that no date has', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addChanged(world, ({ versions }) => {
    for (const { id, stages } of versions.values()) {
      if (stages.includes('AWSPREVIOUS')) stages[2] = `EXPIRES-99999999999999-${id}`;
    }
  });
  const out = await expectSafe(world);
  expect(out).not.toMatch(/NaN|Invalid/);
});

test('status shows a secret of which ListSecrets returns no dates and no labels', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addChanged(world, () => undefined);
  world.aws.around = async ({ action }, run) => {
    const reply = await run();
    if (action !== 'secretsmanager:ListSecrets') return {};
    const { SecretList } = reply as { SecretList: { ARN: string; Tags: object }[] };
    return { SecretList: SecretList.map(({ ARN, Tags }) => ({ ARN, Tags, Name: nameOf('well') })) };
  };
  const out = await expectSafe(world);
  expect(out).toMatch(/^fail {2}redis\/well +well +- +never +off +-$/m);
  expect(out).toContain('no version has AWSCURRENT');
  expect(out).not.toMatch(/NaN|Invalid|undefined/);
});

test('status leaves out a secret whose tag key only begins with that of the project', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addChanged(world, ({ tags }) => {
    tags.delete(USER_TAG);
    tags.set(`${USER_TAG}-other`, 'orders');
  });
  const { code, out } = await runCli(world, 'status');
  expect([code, out]).toEqual([0, expect.stringContaining('No secret of this Region')]);
});
