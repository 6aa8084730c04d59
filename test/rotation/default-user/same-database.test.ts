import { expect, test } from 'vitest';
import { putParameters, rotateSecret } from '../../sandbox/setup.ts';
import { runPreflight } from '../../support/run-preflight.ts';
import {
  callStep,
  openScenario,
  putManually,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { expectUnchanged } from '../expect-unchanged.ts';
import { changesOf, tagSecret } from './databases.ts';

const OTHER_PASSWORD = 'the-password-of-another-database-1';

const open = () => openScenario({ isDefaultUser: true, ssl: false });

/** Lets another database have the endpoint of the tag. */
async function replaceDatabase({ user, cluster, witness }: Scenario): Promise<void> {
  user.passwords = [OTHER_PASSWORD];
  await cluster.onPasswords({ ...user, isOpen: false });
  witness.observations.length = 0;
}

test('a rotation changes nothing if the database of the tag rejects AWSCURRENT', async () => {
  await using world = await open();
  await replaceDatabase(world);
  expect((await expectUnchanged(world)).code).toBe('current_password_refused');
  expect(changesOf(world)).toEqual([]);
  const { checks } = await runPreflight(world);
  expect(checks.find(({ check }) => check === 'verification')).toMatchObject({ status: 'fail' });
  world.witness.observations.length = 0;
});

test('setSecret adds no password if the database meanwhile rejects AWSCURRENT', async () => {
  await using world = await open();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await replaceDatabase(world);
  const failure = callStep(world, 'setSecret', token);
  await expect(failure).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(world.user.passwords).toEqual([OTHER_PASSWORD]);
  expect(changesOf(world)).toEqual([]);
  world.witness.observations.length = 0;
});

test('the case of the host in the tag does not matter', async () => {
  await using world = await open();
  const { port } = world.database;
  await putParameters(world, { 'database-hosts': 'localhost' });
  const password = world.user.passwords[0];
  await putManually(world, { username: 'default', password, host: 'localhost', port, ssl: false });
  await tagSecret(world, `default@LocalHost:${port}`);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});
