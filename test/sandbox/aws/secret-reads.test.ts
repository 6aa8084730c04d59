import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  paginateListSecrets,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { USER_TAG } from '../../../lambda/names.ts';
import { openScenario } from '../../support/scenario.ts';
import { makeSecret } from '../setup.ts';
import { clientError, open, put } from './secret-client.ts';

test('a VersionId and a label of different versions are an error', async () => {
  await using world = await open();
  const { VersionId } = await put(world, '2', { VersionStages: ['MINE'] });
  const input = { SecretId: world.arn, VersionId, VersionStage: 'AWSCURRENT' };
  await expect(world.secretsManager.send(new GetSecretValueCommand(input))).rejects.toMatchObject(
    clientError('InvalidRequestException', 'not associated to the provided VersionId'),
  );
});

test('versions without labels are listed only with IncludeDeprecated', async () => {
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

test('reads are behind writes by staleReadsMs', async () => {
  await using world = await open();
  world.storeOptions.staleReadsMs = 1_000;
  const { VersionId } = await put(world, '2');
  const input = { SecretId: world.arn, VersionId };
  const read = () => world.secretsManager.send(new GetSecretValueCommand(input));
  await expect(read()).rejects.toThrow('for VersionId');
  world.time.advance(1);
  await expect(read()).resolves.toMatchObject({ SecretString: '2' });
});

test('a read of an unknown secret and a creation of an existing one are errors', async () => {
  await using world = await open();
  const read = world.secretsManager.send(new GetSecretValueCommand({ SecretId: 'nothing' }));
  const message = "Secrets Manager can't find the specified secret.";
  await expect(read).rejects.toMatchObject(clientError('ResourceNotFoundException', message));
  const create = world.secretsManager.send(new CreateSecretCommand({ Name: 'orders' }));
  await expect(create).rejects.toMatchObject(clientError('ResourceExistsException', 'orders'));
});

test('a secret that was never tagged is described without tags', async () => {
  await using world = await openScenario({ database: 'built-in', userTag: undefined });
  const command = new DescribeSecretCommand({ SecretId: world.arn });
  expect(await world.secretsManager.send(command)).not.toHaveProperty('Tags');
});

test('secrets are listed in pages, by the prefixes of their tags', async () => {
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
