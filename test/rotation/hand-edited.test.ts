import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  stageToken,
} from '../support/scenario.ts';

test.each([
  'createSecret',
  'setSecret',
  'finishSecret',
])('an abandoned version that is staged again by hand is refused by %s', async (step) => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await updateStage(world, world.arn, 'AWSPENDING', { from: token });
  await reconcile(world);
  await updateStage(world, world.arn, 'AWSPENDING', { to: token });
  await expect(callStep(world, step, token)).rejects.toMatchObject({
    code: 'pending_not_created',
    message: expect.stringContaining('EXPIRES'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a wrong value that was current for a while does not stop reconcile for ever', async () => {
  await using world = await openScenario({ ssl: false, database: 'built-in' });
  const value = await readSecret(world, world.arn);
  await putByHand(world, { ...value, ssl: true, password: 'a-typing-error' });
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unreachable' });
  await putByHand(world, value);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('a current version without a password never becomes live', async () => {
  await using world = await openScenario({ value: { password: undefined } });
  const ClientRequestToken = idOf(world, 'AWSCURRENT');
  const RotationLambdaARN = world.driver.functionArn;
  const input = { SecretId: world.arn, ClientRequestToken, RotationLambdaARN };
  await world.secretsManager.send(new RotateSecretCommand(input));
  await world.driver.running.get(world.arn);
  expect(labels(world)[0]).not.toContain('LIVE');
});

test('a due version without a password is closed without a DELETE', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const { username, host, port } = await readSecret(world, world.arn);
  const id = 'a-version-without-a-password-0001';
  await putByHand(
    world,
    { username, host, port },
    { ClientRequestToken: id, VersionStages: [`LIVE-${id}`] },
  );
  await reconcile(world);
  world.time.advance(OVERLAP_SECONDS + FUNCTION_TIMEOUT_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('the same password of another user does not keep a due one alive', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined });
  const { host, port } = await readSecret(world, world.arn);
  await addUser(world.cluster, { name: 'billing', role: 'db_viewer', passwords: [FIRST_PASSWORD] });
  await rotateSecret(world, world.arn);
  const stages = ['LIVE-another-user-of-the-same-password-1'];
  const ClientRequestToken = 'another-user-of-the-same-password-1';
  const other = { username: 'billing', password: FIRST_PASSWORD, host, port };
  await putByHand(world, other, { ClientRequestToken, VersionStages: stages });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 1 });
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

test('of several due versions one that fails does not keep the others', async () => {
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

test('without a database, a sweep ends with its one refused login, and the next goes on', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  for (const _ of [1, 2, 3]) {
    const token = stageToken(world);
    await callStep(world, 'createSecret', token);
    await updateStage(world, world.arn, 'AWSPENDING', { from: token });
  }
  await reconcile(world);
  world.time.advance(OVERLAP_SECONDS + FUNCTION_TIMEOUT_SECONDS + 1);
  const refused = () => world.api.calls.filter(({ status }) => status === 401).length;
  for (const left of [3, 2, 1]) {
    expect(await reconcile(world)).toEqual({ live: left, deleted: 1 });
    expect(refused()).toBe(4 - left);
  }
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a DELETE that the API does not permit fails, and keeps the labels', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_permission_denied' });
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});

test('an admin that is refused at a DELETE is remembered, so that reconciles do not lock it', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const admin = world.cluster.users.find(({ role }) => role === 'admin');
  if (admin === undefined) throw new Error('the world has no admin');
  admin.passwords = ['reset'];
  for (const _ of [1, 2, 3]) {
    await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  }
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});

test('a label change that fails alone fails the step, and the next try makes it', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  let failures = 1;
  world.aws.fault = (action) => {
    if (!action.endsWith('UpdateSecretVersionStage') || failures === 0) return undefined;
    failures -= 1;
    return 'refused';
  };
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'aws_call_failed',
  });
  expect(labels(world)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
  await callStep(world, 'createSecret', token);
  expect(labels(world)).toEqual([
    ['AWSCURRENT', 'LIVE'],
    ['AWSPENDING', 'LIVE'],
  ]);
});

test('a label change whose reply is lost is made', async () => {
  await using world = await openScenario();
  world.aws.fault = (action) =>
    action.endsWith('UpdateSecretVersionStage') ? 'done, then refused' : undefined;
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(labels(world)).toEqual([
    ['EXPIRES-then', 'LIVE'],
    ['AWSCURRENT', 'LIVE'],
  ]);
});

test('a clean-up that fails does not fail finishSecret, and reconcile mends it', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret'])
    await callStep(world, step, token);
  let moves = 0;
  world.aws.fault = (action) => {
    if (action.endsWith('UpdateSecretVersionStage')) moves += 1;
    return moves === 2 && action.endsWith('UpdateSecretVersionStage') ? 'refused' : undefined;
  };
  await expect(callStep(world, 'finishSecret', token)).resolves.toBeUndefined();
  expect(labels(world)).toEqual([['LIVE'], ['AWSCURRENT', 'AWSPENDING', 'LIVE']]);
  moves = 1;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  await reconcile(world);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});

test('AWSPENDING that another rotation took over meanwhile is not taken back', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  let other: string | undefined;
  world.aws.fault = (action) => {
    if (action.endsWith('GetParametersByPath')) other ??= stageToken(world);
    return undefined;
  };
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'token_not_staged',
  });
  expect(idOf(world, 'AWSPENDING')).toBe(other);
  expect(passwordOf(world, 'AWSPENDING')).toBeUndefined();
});
