import { expect, test } from 'vitest';
import { cut, mend } from './cut.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from './scenario.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const KINDS = (['self', 'admin'] as const).flatMap((login) =>
  ['0', String(OVERLAP_SECONDS)].map((overlap) => ({ login, overlap })),
);

async function rotate(world: Scenario, token: string): Promise<void> {
  for (const step of STEPS) await callStep(world, step, token);
}

async function expectOneInTheEnd(world: Scenario): Promise<void> {
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  const versions = [...world.store.latest(world.arn).versions.values()];
  const ours = versions.flatMap(({ stages }) =>
    stages.filter((label) => /^LIVE|^EXPIRES/.test(label)),
  );
  expect(ours).toHaveLength(1);
}

test.each(STEPS)('%s called twice does what it does once', async (repeated) => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of STEPS) {
    await callStep(world, step, token);
    if (step !== repeated) continue;
    const { store, arn, user } = world;
    const before = { secret: store.latest(arn).versions, passwords: user.passwords };
    await callStep(world, step, token);
    expect({ secret: store.latest(arn).versions, passwords: user.passwords }).toEqual(before);
  }
  await expectOneInTheEnd(world);
});

test('steps called at once do what they do one after the other', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of STEPS) {
    const results = await Promise.allSettled([1, 2, 3].map(() => callStep(world, step, token)));
    expect(results.filter(({ status }) => status === 'fulfilled').length, step).toBeGreaterThan(0);
  }
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
  await expectOneInTheEnd(world);
});

test.each(
  KINDS,
)('a rotation cut at any outside call ends well when it is tried again: $login, overlap $overlap s', async ({
  login,
  overlap,
}) => {
  let at = 0;
  for (let isCut = true; isCut; ) {
    at += 1;
    for (const isDone of [false, true]) {
      const settings = { OVERLAP_SECONDS: overlap };
      await using world = await openScenario({ login, settings, database: 'built-in' });
      const token = stageToken(world);
      const counter = cut(world, at, isDone);
      await rotate(world, token).catch(() => undefined);
      isCut = counter.calls() >= at;
      expect(world.user.passwords, `cut at ${at}`).toContain(passwordOf(world, 'AWSCURRENT'));
      mend(world);
      await rotate(world, token);
      expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
      await expectOneInTheEnd(world);
    }
  }
  // A rotation makes 14 calls to AWS and at least 1 to the cluster: every one of them was cut.
  expect(at).toBeGreaterThan(15);
});

test('a reconcile cut at any outside call ends well when it runs again', async () => {
  let at = 0;
  for (let isCut = true; isCut; ) {
    at += 1;
    for (const isDone of [false, true]) {
      await using world = await openScenario({ database: 'built-in' });
      await rotate(world, stageToken(world));
      world.time.advance(OVERLAP_SECONDS + 1);
      const counter = cut(world, at, isDone);
      await reconcile(world).catch(() => undefined);
      isCut = counter.calls() >= at;
      mend(world);
      await expectOneInTheEnd(world);
    }
  }
  expect(at).toBeGreaterThan(8);
});
