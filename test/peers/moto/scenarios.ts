import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { updateStage } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  labelsOf,
  type MotoWorld,
  reconcile,
  rotate,
  runSteps,
  stage,
  versionOf,
} from './world.ts';

export const OVERLAP_SECONDS = 3_600;
// After this, no request of an interrupted invocation can still arrive.
const SWEEP_SECONDS = 900 + 1;

export type Scenario = [promise: string, check: (world: MotoWorld) => Promise<void>];

async function currentPassword(world: MotoWorld): Promise<string> {
  return (await versionOf(world, 'AWSCURRENT')).password ?? '';
}

export const SCENARIOS: Scenario[] = [
  [
    'the first rotation adds a password, and the first password gets an expiry',
    async (world) => {
      const first = await versionOf(world, 'AWSCURRENT');
      const token = await rotate(world);
      const current = await versionOf(world, 'AWSCURRENT');
      equal(current.id, token);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, current.password]);
      deepEqual(await labelsOf(world, token), ['AWSCURRENT', 'LIVE']);
      deepEqual(await labelsOf(world, first.id), ['AWSPREVIOUS', 'EXPIRES', 'LIVE']);
    },
  ],
  [
    'a second rotation in the overlap leaves three passwords, and reconcile leaves one',
    async (world) => {
      await rotate(world);
      const second = await currentPassword(world);
      await rotate(world);
      const third = await currentPassword(world);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, second, third]);
      world.time.advance(OVERLAP_SECONDS + 1);
      deepEqual(await reconcile(world), { live: 1, deleted: 2 });
      deepEqual(world.user.passwords, [third]);
    },
  ],
  [
    'reconcile deletes nothing during the overlap',
    async (world) => {
      await rotate(world);
      world.time.advance(OVERLAP_SECONDS - 60);
      deepEqual(await reconcile(world), { live: 2, deleted: 0 });
      equal(world.user.passwords.length, 2);
    },
  ],
  [
    'repeated steps have the same result',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
        await runSteps(world, token, [step, step]);
      }
      await runSteps(world, token);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, await currentPassword(world)]);
      equal((await versionOf(world, 'AWSCURRENT')).id, token);
    },
  ],
  [
    'a retry with the same token uses the same password',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token, ['createSecret', 'setSecret']);
      const { password } = await versionOf(world, 'AWSPENDING');
      await world.database.setUser({ ...world.user, passwords: [FIRST_PASSWORD] });
      await rejects(runSteps(world, token, ['testSecret']));
      await world.database.setUser(world.user);
      await runSteps(world, token);
      equal(await currentPassword(world), password);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, password]);
    },
  ],
  [
    'after an abandoned rotation, a new token rotates, and reconcile deletes the old password',
    async (world) => {
      const abandoned = randomUUID();
      await stage(world, abandoned);
      await runSteps(world, abandoned, ['createSecret', 'setSecret']);
      const { password } = await versionOf(world, 'AWSPENDING');
      ok(password !== undefined && world.user.passwords.includes(password));
      await updateStage(world, world.arn, 'AWSPENDING', { from: abandoned });
      await rejects(runSteps(world, abandoned, ['setSecret']), { name: 'token_not_pending' });
      await rotate(world);
      await reconcile(world);
      world.time.advance(OVERLAP_SECONDS + SWEEP_SECONDS);
      await reconcile(world);
      deepEqual(world.user.passwords, [await currentPassword(world)]);
      deepEqual(await labelsOf(world, abandoned), []);
    },
  ],
  [
    'a token that is not staged fails',
    async (world) => {
      await stage(world, randomUUID());
      await rejects(runSteps(world, randomUUID()), { name: 'token_not_staged' });
      deepEqual(world.user.passwords, [FIRST_PASSWORD]);
    },
  ],
  [
    'replaceAll leaves one password, even if the secret does not contain the others',
    async (world) => {
      await rotate(world);
      world.user.passwords = [...world.user.passwords, 'added-outside-the-secret'];
      const Confirm = 'orders';
      await world.invoke({ Step: 'replaceAll', SecretId: world.arn, Confirm });
      const password = await currentPassword(world);
      deepEqual(world.user.passwords, [password]);
      notEqual(password, FIRST_PASSWORD);
      world.time.advance(SWEEP_SECONDS);
      await reconcile(world);
      await rotate(world);
      deepEqual(world.user.passwords, [password, await currentPassword(world)]);
    },
  ],
];

export const NO_OVERLAP: Scenario = [
  'without an overlap, a rotation leaves only the new password',
  async (world) => {
    await rotate(world);
    deepEqual(world.user.passwords, [await currentPassword(world)]);
    await rotate(world);
    deepEqual(world.user.passwords, [await currentPassword(world)]);
  },
];

export const NO_PASSWORD: Scenario = [
  'with an administrator login, the first rotation needs no password in the secret',
  async (world) => {
    await rotate(world);
    deepEqual(world.user.passwords, [FIRST_PASSWORD, await currentPassword(world)]);
  },
];
