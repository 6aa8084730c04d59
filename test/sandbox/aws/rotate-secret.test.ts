import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { FUNCTION_ARN } from '../names.ts';
import { rotateSecret } from '../setup.ts';
import { clientError, open } from './secret-client.ts';

test('a rotation without a known function fails, and changes nothing', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const rotate = (more: object) =>
    secretsManager.send(new RotateSecretCommand({ SecretId, ...more }));
  await expect(rotate({})).rejects.toMatchObject(
    clientError('InvalidRequestException', 'No Lambda rotation function ARN'),
  );
  const RotationLambdaARN = `${FUNCTION_ARN}-foreign`;
  await expect(rotate({ RotationLambdaARN })).rejects.toMatchObject(
    clientError('AccessDeniedException', 'cannot invoke the specified Lambda function'),
  );
  const described = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(described).not.toHaveProperty('RotationEnabled');
});

test('a failing rotation is retried with the same token, and blocks the next one', async () => {
  await using world = await open();
  const tokens: string[] = [];
  world.driver.onStep = ({ ClientRequestToken }) => tokens.push(ClientRequestToken);
  world.api.fault = ({ method }) => (method === 'GET' ? undefined : { status: 400 });
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  expect(tokens).toHaveLength(world.driver.attempts * 2);
  expect(new Set(tokens).size).toBe(1);
  world.api.fault = undefined;
  await expect(rotateSecret(world, world.arn)).rejects.toMatchObject(
    clientError('InvalidRequestException', "A previous rotation isn't complete."),
  );
  expect(await world.driver.running.get(world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a cancelled rotation is disabled, and keeps its function', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const SecretId = world.arn;
  await world.secretsManager.send(new CancelRotateSecretCommand({ SecretId }));
  const described = await world.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: FUNCTION_ARN });
});
