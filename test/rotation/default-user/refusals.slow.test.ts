import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { OTHER_PASSWORD } from '../../support/other-database.ts';
import { runPreflight } from '../../support/run-preflight.ts';
import {
  callStep,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { expectUnchanged } from '../expect-unchanged.ts';
import { changesOf } from './databases.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

async function openRefusal({ options, make }: Refusal) {
  await using started = new AsyncDisposableStack();
  const base = { isDefaultUser: true, ssl: false, database: 'built-in' } as const;
  const world = started.use(await openScenario({ ...base, ...options }));
  const other = await make?.(world);
  if (other !== undefined) started.use(other);
  const running = started.move();
  return { ...world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Returns the passwords of every database, and the labels. */
const stateOf = (world: Scenario) => ({
  passwords: world.cluster.databases.map(({ user }) => user.passwords),
  labels: labels(world),
});

test.each(
  REFUSALS,
)("nothing changes if a default user's database is not that of the tag, or requires no password: $why", async (refusal) => {
  await using world = await openRefusal(refusal);
  expect((await expectUnchanged(world)).code).toBe(refusal.code);
});

test.each(REFUSALS)('replaceAll fails before any change if $why', async (refusal) => {
  await using world = await openRefusal(refusal);
  const before = stateOf(world);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: refusal.code });
  expect(stateOf(world)).toEqual(before);
  expect(changesOf(world)).toEqual([]);
});

test.each(
  REFUSALS,
)('preflight names the mistake before the first rotation if $why', async (refusal) => {
  await using world = await openRefusal(refusal);
  const { ok, checks } = await runPreflight(world);
  const { code, message } = await expectUnchanged(world);
  expect(ok).toBe(false);
  const found = checks.find(({ check, status }) => check === refusal.check && status === 'fail');
  expect(found?.hint).toMatch(/./);
  expect(`${code}: ${message}`).toContain(found?.detail);
});

// What becomes true between two steps. The administrator changes nothing after it.
const MIDWAY = REFUSALS.filter(({ make, isPermanent }) => make !== undefined && !isPermanent);

test.each(MIDWAY)('setSecret adds no password if meanwhile $why', async (refusal) => {
  await using world = await openRefusal({ ...refusal, make: undefined });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await using _other = await refusal.make?.(world);
  const before = stateOf(world);
  await expect(callStep(world, 'setSecret', token)).rejects.toThrow();
  expect(stateOf(world)).toEqual(before);
  expect(changesOf(world)).toEqual([]);
});

test.each(MIDWAY)('reconcile deletes no password if meanwhile $why', async (refusal) => {
  await using world = await openRefusal({ ...refusal, make: undefined });
  const token = stageToken(world);
  for (const step of STEPS) await callStep(world, step, token);
  world.time.advance(OVERLAP_SECONDS + 1);
  await using _other = await refusal.make?.(world);
  const { passwords } = stateOf(world);
  const deletions = () => changesOf(world).filter((one) => !one.startsWith('POST'));
  const sent = deletions();
  await reconcile(world).catch(() => undefined);
  expect(deletions()).toEqual(sent);
  expect(passwords.slice(1)).toEqual(passwords.slice(1).map(() => [OTHER_PASSWORD]));
});
