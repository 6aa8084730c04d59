import { expect, test } from 'vitest';
import { addDatabase } from '../../sandbox/cluster/databases.ts';
import { putParameters, rotateSecret } from '../../sandbox/setup.ts';
import { addNodes } from '../../support/cluster-nodes.ts';
import {
  callStep,
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps, stepsFrom } from '../steps.ts';
import { changesOf, optionsOf } from './databases.ts';

const open = () => openScenario({ isDefaultUser: true, ssl: false });

test.each([
  200, 400, 406, 409,
] as const)('setSecret succeeds if its password is there already: %s', async (addPresent) => {
  await using world = await open();
  optionsOf(world).addPresent = addPresent;
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = ({ method }) => (method === 'POST' ? 'reply lost' : undefined);
  await callStep(world, 'setSecret', token).catch(() => undefined);
  world.api.fault = undefined;
  await callSteps(world, token, stepsFrom('setSecret'));
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  200, 400, 404, 406,
] as const)('replaceAll succeeds if its password is the only one: %s', async (replacePresent) => {
  await using world = await open();
  optionsOf(world).replacePresent = replacePresent;
  let puts = 0;
  world.api.fault = ({ method }) => {
    puts += Number(method === 'PUT');
    return method === 'PUT' && puts === 1 ? 'reply lost' : undefined;
  };
  await replaceAll(world);
  expect(puts).toBe(2);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a replaceAll whose password the cluster calls invalid (406) fails', async () => {
  await using world = await open();
  world.api.fault = ({ method }) => (method === 'PUT' ? { status: 406 } : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_password_refused' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
});

test('a password that the cluster calls invalid (406) fails setSecret, and nothing changes', async () => {
  await using world = await open();
  world.api.fault = ({ method }) => (method === 'POST' ? { status: 406 } : undefined);
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({ code: 'cluster_password_refused' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
});

test('a busy database (409) gets the request again, after waits that double', async () => {
  await using world = await open();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  optionsOf(world).busyReplies = 3;
  const began = world.time.elapsed();
  await callStep(world, 'setSecret', token);
  expect(changesOf(world)).toHaveLength(4);
  expect(world.time.elapsed() - began).toBeGreaterThanOrEqual(7_000);
  expect(world.user.passwords).toHaveLength(2);
});

test('a database that stays busy fails setSecret, and the next rotation succeeds', async () => {
  await using world = await open();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  optionsOf(world).busyReplies = 1_000;
  const failure = callStep(world, 'setSecret', token);
  await expect(failure).rejects.toMatchObject({
    code: 'cluster_reply_unexpected',
    message: expect.stringContaining('busy'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  optionsOf(world).busyReplies = 0;
  await callSteps(world, token, stepsFrom('setSecret'));
  expect(world.user.passwords).toHaveLength(2);
});

test('a follower redirects the requests, and the proxies learn the passwords 5 s late', async () => {
  await using world = await open();
  world.proxy.delayMs = 5_000;
  await using nodes = await addNodes(world);
  const origins = nodes.nodes.map(({ port }) => `https://127.0.0.1:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(',') });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  true,
  false,
])('rotates the database with masked credentials, and beside others: %s', async (isMasked) => {
  await using world = await open();
  optionsOf(world).isMasked = isMasked;
  addDatabase(world.cluster, 1, async () => undefined);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('new passwords satisfy the rules of the cluster', async () => {
  await using world = await open();
  Object.assign(world.cluster.policy, { passwordComplexity: true, passwordMinLength: 40 });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(passwordOf(world, 'AWSCURRENT')).toMatch(/^.{40,}$/);
});
