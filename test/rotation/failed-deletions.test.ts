import { expect, test } from 'vitest';
import { rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from '../support/scenario.ts';
import { findAdministrator, LOGINS, rejectedLogins } from './logins.ts';

/** Opens a scenario in which a rotation has left an expired password. */
async function openExpired(options?: ScenarioOptions): Promise<Scenario> {
  const world = await openScenario(options);
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  return world;
}

test('a DELETE that fails does not stop the deletion of other expired passwords', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  let deletions = 0;
  world.api.fault = ({ method }) => {
    if (method === 'DELETE') deletions += 1;
    return method === 'DELETE' && deletions === 1 ? { status: 500 } : undefined;
  };
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_reply_unexpected' });
  expect(world.user.passwords).toHaveLength(2);
});

test('without a database, each reconcile stops after one rejected login', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  for (const _ of [1, 2, 3]) {
    const token = stageToken(world);
    await callStep(world, 'createSecret', token);
    await updateStage(world, world.arn, 'AWSPENDING', { from: token });
  }
  await reconcile(world);
  world.time.advance(OVERLAP_SECONDS + FUNCTION_TIMEOUT_SECONDS + 1);
  for (const left of [3, 2, 1]) {
    expect(await reconcile(world)).toEqual({ live: left, deleted: 1 });
    expect(rejectedLogins(world)).toHaveLength(4 - left);
  }
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a DELETE that the API denies fails, and keeps the labels', async () => {
  await using world = await openExpired();
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_permission_denied' });
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});

test.each(
  LOGINS,
)('a DELETE that is answered with 200 and does nothing keeps the labels: %s', async (login) => {
  await using world = await openExpired({ login, database: 'built-in' });
  world.api.fault = ({ method }) =>
    method === 'DELETE' ? { status: 200, body: '<html></html>' } : undefined;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'password_not_deleted' });
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
  world.api.fault = undefined;
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('reconciles do not lock an administrator whose login is rejected', async () => {
  await using world = await openExpired();
  Object.assign(findAdministrator(world) ?? {}, { passwords: ['reset'] });
  for (const _ of [1, 2, 3]) {
    await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  }
  expect(rejectedLogins(world)).toHaveLength(1);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});
