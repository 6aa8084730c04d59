import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import { callStep, labels, openScenario, reconcile, stageToken } from '../support/scenario.ts';
import { callSteps, stepsBefore } from './steps.ts';

const changesLabel = (action: string) => action.endsWith('UpdateSecretVersionStage');

test('a call that AWS denies fails with the permission that the role needs', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => 'denied';
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message:
      'secretsmanager:DescribeSecret failed with AccessDeniedException; hint: ' +
      "allow secretsmanager:DescribeSecret to the function's role",
    cause: { name: 'AccessDeniedException' },
  });
});

test("a failed read of the administrator's secret names that secret", async () => {
  await using world = await openScenario({ login: 'admin', database: 'built-in' });
  world.aws.fault = (action, { SecretId }) =>
    action.endsWith('GetSecretValue') && SecretId !== world.arn ? 'denied' : undefined;
  await expect(callStep(world, 'createSecret', stageToken(world))).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringMatching(/^secret arn:\S+admin\S*: secretsmanager:GetSecretValue failed/),
  });
});

test('a label change that fails fails the step, and a retry makes it', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  let failures = 1;
  world.aws.fault = (action) => {
    if (!changesLabel(action) || failures === 0) return undefined;
    failures -= 1;
    return 'denied';
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

test('a label change whose reply is lost does not fail the rotation', async () => {
  await using world = await openScenario();
  world.aws.fault = (action) => (changesLabel(action) ? 'done, then denied' : undefined);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(labels(world)).toEqual([
    ['EXPIRES-then', 'LIVE'],
    ['AWSCURRENT', 'LIVE'],
  ]);
});

test('a clean-up that fails does not fail finishSecret, and reconcile completes it', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('finishSecret'));
  let moves = 0;
  world.aws.fault = (action) => {
    if (changesLabel(action)) moves += 1;
    return moves === 2 && changesLabel(action) ? 'denied' : undefined;
  };
  await expect(callStep(world, 'finishSecret', token)).resolves.toBeUndefined();
  expect(labels(world)).toEqual([['LIVE'], ['AWSCURRENT', 'AWSPENDING', 'LIVE']]);
  moves = 1;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  await reconcile(world);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
});
