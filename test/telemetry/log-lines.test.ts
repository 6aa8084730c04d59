import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { linesOf } from './measured.ts';

const verificationsOf = (world: Scenario) =>
  linesOf(world).filter(({ message }) => message === 'verify password').length;

test('every log line is JSON with time, level, step, secret and token', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  for (const line of world.lines) {
    expect(JSON.parse(line)).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      level: expect.stringMatching(/^(INFO|WARN|ERROR)$/),
      step: expect.any(String),
      secretId: world.arn,
      clientRequestToken: expect.any(String),
    });
  }
});

test('every call has a log line with version, cluster, outcome and duration', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const calls = linesOf(world)
    .filter(({ ms }) => ms !== undefined)
    .map(({ step, message, outcome }) => `${step}: ${message}, ${outcome}`);
  expect(calls).toEqual([
    'createSecret: label changed, changed',
    'createSecret: version written, written',
    'setSecret: add password, added',
    'testSecret: verify password, accepted',
    'finishSecret: verify password, accepted',
    'finishSecret: label changed, changed',
    'finishSecret: label changed, changed',
    'reconcile: verify password, accepted',
    'reconcile: delete password, deleted',
    'reconcile: label changed, changed',
    'reconcile: label changed, changed',
  ]);
  for (const line of linesOf(world)) {
    expect(line.secretId).toBe(world.arn);
    if (line.step !== 'reconcile') expect(line.clientRequestToken).toEqual(expect.any(String));
    if (String(line.message).endsWith('password'))
      expect(line.versionId).toEqual(expect.any(String));
    if (/^(add|delete) /.test(String(line.message))) expect(line.cluster).toBe('sandbox');
  }
  const summaries = linesOf(world).filter(({ message }) => message === 'done');
  expect(summaries).toHaveLength(5);
});

test('a call that fails has a log line with its error code', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => ({ status: 403 });
  await callStep(world, 'setSecret', token).catch(() => undefined);
  const [line] = linesOf(world).filter(({ message }) => message === 'add password');
  expect(line).toMatchObject({ outcome: 'failed', code: 'cluster_permission_denied' });
});

test('an idle reconcile sends two AWS calls, one AUTH and no API request', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const actions: string[] = [];
  world.aws.fault = (action) => {
    actions.push(action);
    return undefined;
  };
  const [calls, verifications] = [world.api.calls.length, verificationsOf(world)];
  await reconcile(world);
  expect(actions).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
  expect(world.api.calls).toHaveLength(calls);
  expect(verificationsOf(world)).toBe(verifications + 1);
});
