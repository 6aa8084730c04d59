import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readSecret, updateStage } from '../../sandbox/setup.ts';
import {
  OVERLAP_SECONDS,
  passwordOf,
  putManually,
  reconcile,
  type ScenarioOptions,
  stageToken,
} from '../../support/scenario.ts';
import { moveLabel } from '../move-label.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { expectUnchanged, putLive } from './expect-unchanged.ts';
import { openRotated, type Rotated, setExpiry } from './rotated.ts';

type Case = [
  name: string,
  message: RegExp,
  prepare: (world: Rotated) => unknown,
  options?: ScenarioOptions,
];

const CASES: Case[] = [
  [
    'the overlap has passed',
    /nothing was changed: no other version has LIVE; hint: rotate, or name another/,
    async (world) => {
      world.time.advance(OVERLAP_SECONDS + 1);
      await reconcile(world);
    },
  ],
  [
    'the password expires in 59 s',
    /version \S+: it expires within a minute/,
    (world) => setExpiry(world, world.before, 59),
  ],
  [
    'the password has expired',
    /it expires within a minute, or has expired/,
    (world) => world.time.advance(OVERLAP_SECONDS + 1),
  ],
  [
    'the version has no expiry yet, and the overlap is shorter than a minute',
    /it expires within a minute/,
    async (world) => {
      await callSteps(world, stageToken(world), stepsBefore('finishSecret'));
      await moveLabel(world, 'AWSPENDING');
    },
    { settings: { OVERLAP_SECONDS: '59' } },
  ],
  [
    'every other password is rejected',
    /127\.0\.0\.1:\d+ rejected its password/,
    async (world) => {
      world.user.passwords = [String(passwordOf(world, 'AWSCURRENT'))];
      await world.cluster.onPasswords(world.user);
    },
  ],
  [
    'the other version is that of a rotation in progress',
    /it has AWSPENDING: its rotation has not finished/,
    async (world) => {
      world.time.advance(OVERLAP_SECONDS + 1);
      await reconcile(world);
      await callSteps(world, stageToken(world), stepsBefore('finishSecret'));
    },
  ],
  [
    'the other version has the password of AWSCURRENT',
    /it has the password of AWSCURRENT/,
    async (world) => {
      world.time.advance(OVERLAP_SECONDS + 1);
      await reconcile(world);
      await putManually(world, { ...(await readSecret(world, world.arn)), note: 'changed' });
    },
  ],
];

test.each(CASES)('rollBack changes nothing if %s', async (_, message, prepare, options) => {
  await using world = await openRotated({ database: 'built-in', ...options });
  await prepare(world);
  const failure = await expectUnchanged(world);
  expect(failure.code).toBe('version_not_restorable');
  expect(failure.message).toMatch(message);
});

const NAMED: [name: string, message: RegExp, name: (world: Rotated) => unknown][] = [
  ['is AWSCURRENT', /it has AWSCURRENT already/, ({ after }) => after],
  ['does not exist', /no version with a label has VersionId/, () => randomUUID()],
  [
    'has no LIVE',
    /it has no LIVE: its password is not on the ledger/,
    async (world) => {
      await updateStage(world, world.arn, `LIVE-${world.before}`, { from: world.before });
      return world.before;
    },
  ],
  [
    'is of another user',
    /it has another username or email/,
    async (world) =>
      putLive(world, { ...(await readSecret(world, world.arn)), username: 'billing' }),
  ],
  [
    'has another email',
    /it has another username or email/,
    async (world) => putLive(world, { ...(await readSecret(world, world.arn)), email: 'a@b.c' }),
  ],
  [
    'has an invalid value',
    /secret value: port is/,
    async (world) => putLive(world, { ...(await readSecret(world, world.arn)), port: 'none' }),
  ],
  ['has no password', /it has no password/, (world) => putLive(world, { username: 'orders' })],
];

test.each(NAMED)('rollBack to a version that %s changes nothing', async (_, message, name) => {
  await using world = await openRotated({ database: 'built-in' });
  const id = String(await name(world));
  const failure = await expectUnchanged(world, id);
  expect(failure.code).toBe('version_not_restorable');
  expect(failure.message).toMatch(message);
});
