import { expect, test } from 'vitest';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const SUCCEEDED = { outcome: 'succeeded' };

/** Moves a label by hand from whichever version has it. */
function moveLabel(world: Scenario, label: string, to?: string): Promise<void> {
  return updateStage(world, world.arn, label, { to, from: idOf(world, label) });
}

test('a replaced password works for the whole overlap and no longer', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS - 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('two rotations within one overlap leave two passwords with an expiry each', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const second = passwordOf(world, 'AWSCURRENT');
  world.time.advance(OVERLAP_SECONDS / 2);
  await rotateSecret(world, world.arn);
  const third = passwordOf(world, 'AWSCURRENT');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, second, third]);
  world.time.advance(OVERLAP_SECONDS / 2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([second, third]);
  world.time.advance(OVERLAP_SECONDS / 2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([third]);
});

test('a rotation deletes what an earlier one left due, without any reconcile', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await rotateSecret(world, world.arn);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
  expect(world.user.passwords).toHaveLength(2);
});

test('after a rollback by label the password that came back is not deleted', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  await moveLabel(world, 'AWSCURRENT', first);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(labels(world)).toEqual([
    ['AWSCURRENT', 'LIVE'],
    ['EXPIRES-then', 'LIVE'],
  ]);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a rotation right after a rollback starts the overlap of the password anew', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS - 100);
  await moveLabel(world, 'AWSCURRENT', first);
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(101);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a rollback between createSecret and finishSecret keeps the overlap too', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret'])
    await callStep(world, step, token);
  world.time.advance(OVERLAP_SECONDS - 100);
  await moveLabel(world, 'AWSCURRENT', first);
  await callStep(world, 'finishSecret', token);
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  expect(passwordOf(world, 'AWSPREVIOUS')).toBe(FIRST_PASSWORD);
});

test('a finishSecret cut right after its move leaves the one that came back its overlap', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret'])
    await callStep(world, step, token);
  world.time.advance(OVERLAP_SECONDS - 100);
  await moveLabel(world, 'AWSCURRENT', first);
  let isMoved = false;
  world.aws.fault = (_action, { VersionStage }) => {
    const isLate = isMoved;
    isMoved ||= VersionStage === 'AWSCURRENT';
    return isLate ? 'refused' : undefined;
  };
  await callStep(world, 'finishSecret', token);
  world.aws.fault = undefined;
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});

test('an old value that somebody pasted back is not deleted with its old version', async () => {
  await using world = await openScenario();
  const value = await readSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  await putByHand(world, value);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  expect(labels(world)).toEqual([[], ['EXPIRES-then', 'LIVE'], ['AWSCURRENT', 'LIVE']]);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a rotation abandoned after its POST leaves no orphan, and the next one is not its victim', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await callStep(world, 'setSecret', token);
  const abandoned = passwordOf(world, 'AWSPENDING');
  await moveLabel(world, 'AWSPENDING');
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.user.passwords).toEqual([
    FIRST_PASSWORD,
    abandoned,
    passwordOf(world, 'AWSCURRENT'),
  ]);
  await expect(callStep(world, 'setSecret', token)).rejects.toThrow('has no AWSPENDING');
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 2 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('an abandoned password outlives the function, whatever the overlap', async () => {
  await using world = await openScenario({ settings: { OVERLAP_SECONDS: '0' } });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await moveLabel(world, 'AWSPENDING');
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(119);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(1);
  // It was never on the cluster: one refused login to the database says so.
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('a due version of another user is left alone', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined });
  await rotateSecret(world, world.arn);
  const { host, port } = await readSecret(world, world.arn);
  const password = 'the-password-of-billing';
  await addUser(world.cluster, { name: 'billing', role: 'db_viewer', passwords: [password] });
  await putByHand(world, { username: 'billing', password, host, port });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 3, deleted: 0 });
  expect(world.user.passwords).toHaveLength(2);
  expect(world.lines.join('')).toContain('version of another user: it is left alone');
});

test('nothing is deleted while AWSCURRENT is refused', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.user.passwords = [FIRST_PASSWORD];
  await world.database.setUser(world.user);
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toThrow('refused the password of AWSCURRENT');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('reconcile with nothing due asks the database once and the API never', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const calls = world.api.calls.length;
  const operations: string[] = [];
  world.aws.fault = (operation) => {
    operations.push(operation);
    return undefined;
  };
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.api.calls).toHaveLength(calls);
  expect(operations).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
});
