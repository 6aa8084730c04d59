import { randomUUID } from 'node:crypto';
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  RotateSecretCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { USER_TAG } from '../../lambda/names.ts';
import { labels, openScenario, type Scenario, stageToken } from '../support/scenario.ts';
import { FUNCTION_ARN } from './names.ts';
import { makeSecret, rotateSecret, updateStage } from './setup.ts';

// What AWS documents, or was recorded to answer, of the operations that a rotation stands on.
const open = () => openScenario({ database: 'built-in' });

function put({ secretsManager, arn }: Scenario, text: string, more: object = {}) {
  const input = { SecretId: arn, SecretString: text, ...more };
  return secretsManager.send(new PutSecretValueCommand(input));
}

function move(world: Scenario, label: string, to?: string, from?: string) {
  return updateStage(world, world.arn, label, { to, from });
}

const refusal = (name: string, says: string) => ({
  name,
  message: expect.stringContaining(says),
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
});

test('a put without labels becomes AWSCURRENT, and AWSPREVIOUS follows by itself', async () => {
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

test('labels of a put are sorted, move from where they were, and leave AWSCURRENT alone', async () => {
  await using world = await open();
  await put(world, '2', { VersionStages: ['PUT', 'AWSPENDING', 'MINE'] });
  const { VersionStages } = await put(world, '3', { VersionStages: ['PUT', 'MINE'] });
  expect(VersionStages).toEqual(['MINE', 'PUT']);
  expect(labels(world)).toEqual([['AWSCURRENT'], ['AWSPENDING'], ['MINE', 'PUT']]);
});

test('a new AWSCURRENT takes AWSPENDING off every version', async () => {
  await using world = await open();
  await put(world, '2', { VersionStages: ['AWSPENDING'] });
  await put(world, '3');
  expect(labels(world)).toEqual([[], [], ['AWSCURRENT']]);
});

test('the same token with the same value is a no-op, with another value an error', async () => {
  await using world = await open();
  const ClientRequestToken = randomUUID();
  const first = await put(world, '2', { ClientRequestToken });
  expect(await put(world, '2', { ClientRequestToken })).toMatchObject({
    VersionId: first.VersionId,
  });
  await expect(put(world, '3', { ClientRequestToken })).rejects.toMatchObject(
    refusal('ResourceExistsException', `You can't use ClientRequestToken ${ClientRequestToken}`),
  );
});

test('so it is where the secret is made', async () => {
  await using world = await open();
  const ClientRequestToken = randomUUID();
  const create = (SecretString: string) => {
    const input = { Name: 'carts', SecretString, ClientRequestToken };
    return world.secretsManager.send(new CreateSecretCommand(input));
  };
  const { ARN } = await create('1');
  expect(await create('1')).toMatchObject({ ARN, VersionId: ClientRequestToken });
  await expect(create('2')).rejects.toMatchObject(
    refusal('ResourceExistsException', `You can't use ClientRequestToken ${ClientRequestToken}`),
  );
});

test("a rotation's pending version is staged without a value, and takes its first put", async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const token = stageToken(world);
  const read = () => secretsManager.send(new GetSecretValueCommand({ SecretId, VersionId: token }));
  await expect(read()).rejects.toMatchObject(refusal('ResourceNotFoundException', 'for VersionId'));
  await put(world, '2', { ClientRequestToken: token, VersionStages: ['AWSPENDING'] });
  expect(await read()).toMatchObject({ SecretString: '2', VersionStages: ['AWSPENDING'] });
});

test('an id and a label that disagree are an error', async () => {
  await using world = await open();
  const { VersionId } = await put(world, '2', { VersionStages: ['MINE'] });
  const input = { SecretId: world.arn, VersionId, VersionStage: 'AWSCURRENT' };
  await expect(world.secretsManager.send(new GetSecretValueCommand(input))).rejects.toMatchObject(
    refusal('InvalidRequestException', 'not associated to the provided VersionId'),
  );
});

test('AWSCURRENT moves only from the version that is named, and leaves AWSPENDING', async () => {
  await using world = await open();
  const [first] = world.store.latest(world.arn).versions.keys();
  const { VersionId: second } = await put(world, '2', { VersionStages: ['AWSPENDING'] });
  await expect(move(world, 'AWSCURRENT', second)).rejects.toMatchObject(
    refusal('InvalidParameterException', "RemoveFromVersionId can't be empty"),
  );
  await expect(move(world, 'AWSCURRENT', second, second)).rejects.toMatchObject(
    refusal('InvalidParameterException', 'is not attached'),
  );
  await move(world, 'AWSCURRENT', second, first);
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'AWSPENDING']]);
});

test('a secret has 20 labels and no more, and a refused change leaves nothing behind', async () => {
  await using world = await open();
  const VersionStages = Array.from({ length: 19 }, (_, index) => `label-${index}`);
  await put(world, '2', { VersionStages });
  const before = labels(world);
  await expect(put(world, '3', { VersionStages: ['one-more'] })).rejects.toMatchObject(
    refusal('LimitExceededException', '20'),
  );
  expect(labels(world)).toEqual(before);
});

test('versions without labels are listed only when asked for', async () => {
  await using world = await open();
  for (const text of ['2', '3']) await put(world, text);
  const list = async (IncludeDeprecated: boolean) => {
    const input = { SecretId: world.arn, IncludeDeprecated };
    const reply = await world.secretsManager.send(new ListSecretVersionIdsCommand(input));
    return reply.Versions?.map(({ VersionStages }) => VersionStages);
  };
  expect(await list(false)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  expect(await list(true)).toEqual([undefined, ['AWSPREVIOUS'], ['AWSCURRENT']]);
});

test('reads are behind writes for as long as the switch says', async () => {
  await using world = await open();
  world.storeOptions.staleReadsMs = 1_000;
  const { VersionId } = await put(world, '2');
  const input = { SecretId: world.arn, VersionId };
  const read = () => world.secretsManager.send(new GetSecretValueCommand(input));
  await expect(read()).rejects.toThrow('for VersionId');
  world.time.advance(1);
  await expect(read()).resolves.toMatchObject({ SecretString: '2' });
});

test('a secret that does not exist, or exists already, is an error', async () => {
  await using world = await open();
  const read = world.secretsManager.send(new GetSecretValueCommand({ SecretId: 'nothing' }));
  const message = "Secrets Manager can't find the specified secret.";
  await expect(read).rejects.toMatchObject(refusal('ResourceNotFoundException', message));
  const create = world.secretsManager.send(new CreateSecretCommand({ Name: 'orders' }));
  await expect(create).rejects.toMatchObject(refusal('ResourceExistsException', 'orders'));
});

test('a secret that was never tagged is described without tags', async () => {
  await using world = await openScenario({ database: 'built-in', userTag: undefined });
  const command = new DescribeSecretCommand({ SecretId: world.arn });
  expect(await world.secretsManager.send(command)).not.toHaveProperty('Tags');
});

test('tags are added and replaced', async () => {
  await using world = await open();
  const SecretId = world.arn;
  for (const Value of ['1', '2']) {
    const Tags = [{ Key: 'team', Value }];
    await world.secretsManager.send(new TagResourceCommand({ SecretId, Tags }));
  }
  const { Tags } = await world.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(Tags).toContainEqual({ Key: 'team', Value: '2' });
});

test('a rotation without a function, or with a foreign one, is refused and stores nothing', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const rotate = (more: object) =>
    secretsManager.send(new RotateSecretCommand({ SecretId, ...more }));
  await expect(rotate({})).rejects.toMatchObject(
    refusal('InvalidRequestException', 'No Lambda rotation function ARN'),
  );
  const RotationLambdaARN = `${FUNCTION_ARN}-foreign`;
  await expect(rotate({ RotationLambdaARN })).rejects.toMatchObject(
    refusal('AccessDeniedException', 'cannot invoke the specified Lambda function'),
  );
  const described = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(described).not.toHaveProperty('RotationEnabled');
});

test('a rotation that keeps failing is tried again with the same token, and blocks the next', async () => {
  await using world = await open();
  const tokens: string[] = [];
  world.driver.onStep = ({ ClientRequestToken }) => tokens.push(ClientRequestToken);
  world.api.fault = ({ method }) => (method === 'GET' ? undefined : { status: 400 });
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  expect(tokens).toHaveLength(world.driver.attempts * 2);
  expect(new Set(tokens).size).toBe(1);
  world.api.fault = undefined;
  await expect(rotateSecret(world, world.arn)).rejects.toMatchObject(
    refusal('InvalidRequestException', "A previous rotation isn't complete."),
  );
  expect(await world.driver.running.get(world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a cancelled rotation is off, and keeps its function', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const SecretId = world.arn;
  await world.secretsManager.send(new CancelRotateSecretCommand({ SecretId }));
  const described = await world.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: FUNCTION_ARN });
});

test('secrets are listed in pages, by the beginning of their tags', async () => {
  await using world = await open();
  for (const user of ['orders-eu', 'carts']) await makeSecret(world, user, {}, user);
  const tagged = async (value: string) => {
    const Filters = [
      { Key: 'tag-key' as const, Values: [USER_TAG] },
      { Key: 'tag-value' as const, Values: [value] },
    ];
    const { secretsManager: client } = world;
    const pages = await Array.fromAsync(paginateListSecrets({ client, pageSize: 1 }, { Filters }));
    return pages.map(({ SecretList = [] }) => SecretList.map(({ Name }) => Name));
  };
  expect(await tagged('orders')).toEqual([['orders'], ['orders-eu']]);
  expect(await tagged('Orders')).toEqual([[]]);
  expect(await tagged('carts')).toEqual([['carts']]);
});

test('parameters come in pages of 10 at the most', async () => {
  await using world = await open();
  for (let index = 0; index < 23; index += 1) {
    const input = { Name: `/many/${index}/x`, Value: String(index), Type: 'String' } as const;
    await world.parameters.send(new PutParameterCommand(input));
  }
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const input = { Path: '/many', Recursive: true, NextToken };
    const page = await world.parameters.send(new GetParametersByPathCommand(input));
    sizes.push(page.Parameters?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(sizes).toEqual([10, 10, 3]);
});
