import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps } from '../steps.ts';
import { changesOf, optionsOf } from './databases.ts';

/** Rotates, and lets the overlap of the first password pass. */
async function openExpired(): Promise<Scenario> {
  const world = await openScenario({ isDefaultUser: true, ssl: false });
  await callSteps(world, stageToken(world), STEPS);
  world.time.advance(OVERLAP_SECONDS + 1);
  return world;
}

/** Drops the observations: this cluster deletes passwords that the function did not name. */
function excuseCluster({ witness }: Scenario): void {
  witness.observations.length = 0;
}

test.each([
  200, 400, 404, 406,
] as const)('reconcile succeeds if the password is deleted already: %s', async (deleteAbsent) => {
  await using world = await openExpired();
  optionsOf(world).deleteAbsent = deleteAbsent;
  world.api.fault = ({ method }) => (method === 'DELETE' ? 'reply lost' : undefined);
  await reconcile(world).catch(() => undefined);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  world.api.fault = undefined;
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a reconcile of a database with one password never deletes it', async () => {
  await using world = await openExpired();
  optionsOf(world).deleteLast = 200;
  world.user.passwords = [FIRST_PASSWORD];
  await world.cluster.onPasswords(world.user);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(changesOf(world).filter((one) => one.startsWith('DELETE'))).toEqual([]);
});

test('after a deletion that leaves no password, both are added again and an alarm is raised', async () => {
  await using world = await openExpired();
  optionsOf(world).deletesAll = true;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT'), FIRST_PASSWORD]);
  const lines = world.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const added = lines.filter(({ message }) => message === 'deleted password added again');
  expect(added).toHaveLength(2);
  expect(added[0]).toMatchObject({ level: 'ERROR', outcome: 'added' });
  expect(lines.at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  excuseCluster(world);
});

test('a deletion without a reply that leaves no password is undone too', async () => {
  await using world = await openExpired();
  Object.assign(optionsOf(world), { deletesAll: true, deleteAbsent: 404 });
  let deletions = 0;
  world.api.fault = ({ method }) => {
    if (method === 'DELETE') deletions += 1;
    return method === 'DELETE' && deletions === 1 ? 'reply lost' : undefined;
  };
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT'), FIRST_PASSWORD]);
  excuseCluster(world);
});
