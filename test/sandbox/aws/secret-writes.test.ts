import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { awsConfig } from '../../../lambda/aws/client-config.ts';
import { labels, stageToken } from '../../support/scenario.ts';
import { clientError, move, open, put } from './secret-client.ts';

test('a put without labels becomes AWSCURRENT, and AWSPREVIOUS follows', async () => {
  await using world = await open();
  const { VersionId: second } = await put(world, '2');
  const third = await put(world, '3');
  expect(third.VersionStages).toEqual(['AWSCURRENT']);
  const { secretsManager, arn: SecretId } = world;
  const { VersionIdsToStages } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(VersionIdsToStages).toEqual({
    [String(second)]: ['AWSPREVIOUS'],
    [String(third.VersionId)]: ['AWSCURRENT'],
  });
});

test('the labels of a put move to its version, sorted, and AWSCURRENT stays', async () => {
  await using world = await open();
  await put(world, '2', { VersionStages: ['PUT', 'AWSPENDING', 'MINE'] });
  const { VersionStages } = await put(world, '3', { VersionStages: ['PUT', 'MINE'] });
  expect(VersionStages).toEqual(['MINE', 'PUT']);
  expect(labels(world)).toEqual([['AWSCURRENT'], ['AWSPENDING'], ['MINE', 'PUT']]);
});

test('a new AWSCURRENT removes AWSPENDING from every version', async () => {
  await using world = await open();
  await put(world, '2', { VersionStages: ['AWSPENDING'] });
  await put(world, '3');
  expect(labels(world)).toEqual([[], [], ['AWSCURRENT']]);
});

test('a put with a used token fails, unless the value is the same', async () => {
  await using world = await open();
  const ClientRequestToken = randomUUID();
  const first = await put(world, '2', { ClientRequestToken });
  expect(await put(world, '2', { ClientRequestToken })).toMatchObject({
    VersionId: first.VersionId,
  });
  await expect(put(world, '3', { ClientRequestToken })).rejects.toMatchObject(
    clientError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${ClientRequestToken}`,
    ),
  );
});

test('a creation with a used token fails, unless the value is the same', async () => {
  await using world = await open();
  const ClientRequestToken = randomUUID();
  const create = (SecretString: string) => {
    const input = { Name: 'carts', SecretString, ClientRequestToken };
    return world.secretsManager.send(new CreateSecretCommand(input));
  };
  const { ARN } = await create('1');
  expect(await create('1')).toMatchObject({ ARN, VersionId: ClientRequestToken });
  await expect(create('2')).rejects.toMatchObject(
    clientError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${ClientRequestToken}`,
    ),
  );
});

test('the pending version of a rotation has no value, and accepts its first put', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const token = stageToken(world);
  const read = () => secretsManager.send(new GetSecretValueCommand({ SecretId, VersionId: token }));
  await expect(read()).rejects.toMatchObject(
    clientError('ResourceNotFoundException', 'for VersionId'),
  );
  await put(world, '2', { ClientRequestToken: token, VersionStages: ['AWSPENDING'] });
  expect(await read()).toMatchObject({ SecretString: '2', VersionStages: ['AWSPENDING'] });
});

test('AWSCURRENT moves only from the version in the request, and AWSPENDING stays', async () => {
  await using world = await open();
  const [first] = world.store.latest(world.arn).versions.keys();
  const { VersionId: second } = await put(world, '2', { VersionStages: ['AWSPENDING'] });
  await expect(move(world, 'AWSCURRENT', second)).rejects.toMatchObject(
    clientError('InvalidParameterException', "RemoveFromVersionId can't be empty"),
  );
  await expect(move(world, 'AWSCURRENT', second, second)).rejects.toMatchObject(
    clientError('InvalidParameterException', 'is not attached'),
  );
  await move(world, 'AWSCURRENT', second, first);
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'AWSPENDING']]);
});

test('a secret has at most 20 labels, and a rejected change has no effect', async () => {
  await using world = await open();
  const VersionStages = Array.from({ length: 19 }, (_, index) => `label-${index}`);
  await put(world, '2', { VersionStages });
  // The SDK would retry this error for seconds.
  const config = { ...awsConfig(world.environment, 'SECRETS_MANAGER'), maxAttempts: 1 };
  const secretsManager = new SecretsManagerClient(config);
  const before = labels(world);
  const change = put({ ...world, secretsManager }, '3', { VersionStages: ['one-more'] });
  await expect(change).rejects.toMatchObject(clientError('LimitExceededException', '20'));
  secretsManager.destroy();
  expect(labels(world)).toEqual(before);
});

test('tags are added, replaced and removed', async () => {
  await using world = await open();
  const SecretId = world.arn;
  for (const Value of ['1', '2']) {
    const Tags = [{ Key: 'team', Value }];
    await world.secretsManager.send(new TagResourceCommand({ SecretId, Tags }));
  }
  const { Tags } = await world.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(Tags).toContainEqual({ Key: 'team', Value: '2' });
  const TagKeys = ['team', 'absent'];
  await world.secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys }));
  const left = await world.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(left.Tags).toEqual(Tags?.filter(({ Key }) => Key !== 'team'));
});

test('an update with a value becomes AWSCURRENT, others change the description', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const update = (more: object) =>
    secretsManager.send(new UpdateSecretCommand({ SecretId, ...more }));
  const described = await update({ Description: 'orders' });
  expect(described.VersionId).toBeUndefined();
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  const ClientRequestToken = randomUUID();
  const written = await update({ SecretString: '2', ClientRequestToken });
  expect(written).toMatchObject({ ARN: SecretId, VersionId: ClientRequestToken });
  expect(labels(world)).toEqual([[], ['AWSCURRENT']]);
  const read = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(read.Description).toBe('orders');
  await expect(update({ SecretString: '3', ClientRequestToken })).rejects.toMatchObject(
    clientError('ResourceExistsException', 'already in use for a version'),
  );
});
