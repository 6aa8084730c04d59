import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { makeSecret, readSecret, rotateSecret, updateStage } from '../setup.ts';
import { openWorld, type World } from '../world.ts';
import { clientError } from './secret-client.ts';

const DAY_MS = 86_400_000;

const MARKED = clientError('InvalidRequestException', 'because it was marked for deletion');
const ABSENT = clientError('ResourceNotFoundException', "can't find the specified secret");

type Owner = World & { arn: string };

/** Opens a world with a secret, which may be deleted. */
async function open(): Promise<Owner> {
  const world = await openWorld({ database: 'built-in', admin: false });
  return { ...world, arn: await makeSecret(world, 'carts', '1') };
}

const remove = ({ secretsManager, arn: SecretId }: Owner, more: object = {}) =>
  secretsManager.send(new DeleteSecretCommand({ SecretId, ...more }));

test('a deletion gives 30 days, and DescribeSecret has the date until a restore', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const describe = () => secretsManager.send(new DescribeSecretCommand({ SecretId }));
  const { ARN, DeletionDate } = await remove(world);
  expect(ARN).toBe(SecretId);
  expect(Number(DeletionDate) - Date.now()).toBeCloseTo(30 * DAY_MS, -5);
  expect((await describe()).DeletedDate).toEqual(DeletionDate);
  await secretsManager.send(new RestoreSecretCommand({ SecretId }));
  expect((await describe()).DeletedDate).toBeUndefined();
  expect(await readSecret(world, SecretId)).toEqual(1);
});

const CALLS: [string, (world: Owner) => Promise<unknown>][] = [
  ['GetSecretValue', (world) => readSecret(world, world.arn)],
  [
    'PutSecretValue',
    ({ secretsManager, arn: SecretId }) =>
      secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: '2' })),
  ],
  ['UpdateSecretVersionStage', (world) => updateStage(world, world.arn, 'MINE', { to: 'x' })],
  ['RotateSecret', (world) => rotateSecret(world, world.arn)],
  ['DeleteSecret', (world) => remove(world)],
  [
    'UpdateSecret',
    ({ secretsManager, arn: SecretId }) =>
      secretsManager.send(new UpdateSecretCommand({ SecretId, Description: 'x' })),
  ],
  [
    'TagResource',
    ({ secretsManager, arn: SecretId }) =>
      secretsManager.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
  ],
  [
    'CancelRotateSecret',
    ({ secretsManager, arn: SecretId }) =>
      secretsManager.send(new CancelRotateSecretCommand({ SecretId })),
  ],
];

test.each(CALLS)('%s rejects a secret that is marked for deletion', async (_, call) => {
  await using world = await open();
  await remove(world, { RecoveryWindowInDays: 7 });
  const before = structuredClone(world.store.latest(world.arn));
  await expect(call(world)).rejects.toMatchObject(MARKED);
  expect(world.store.latest(world.arn)).toEqual(before);
});

test('a secret that is marked for deletion keeps its name and its versions', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  const { Name } = await remove(world);
  const creation = secretsManager.send(new CreateSecretCommand({ Name, SecretString: '1' }));
  await expect(creation).rejects.toMatchObject(
    clientError('InvalidRequestException', 'already scheduled for deletion'),
  );
  const ids = await secretsManager.send(new ListSecretVersionIdsCommand({ SecretId }));
  expect(ids.Versions).toHaveLength(1);
  const list = async (IncludePlannedDeletion?: boolean) => {
    const command = new ListSecretsCommand({ IncludePlannedDeletion });
    return (await secretsManager.send(command)).SecretList?.map(({ ARN }) => ARN);
  };
  expect(await list()).not.toContain(SecretId);
  expect(await list(true)).toContain(SecretId);
});

test('a deletion without recovery frees the name, and never fails', async () => {
  await using world = await open();
  const { secretsManager, arn: SecretId } = world;
  await remove(world);
  const { Name } = await remove(world, { ForceDeleteWithoutRecovery: true });
  await expect(readSecret(world, SecretId)).rejects.toMatchObject(ABSENT);
  const { DeletionDate } = await remove(world, { ForceDeleteWithoutRecovery: true });
  expect(DeletionDate).toBeInstanceOf(Date);
  await expect(remove(world)).rejects.toMatchObject(ABSENT);
  const restored = secretsManager.send(new RestoreSecretCommand({ SecretId }));
  await expect(restored).rejects.toMatchObject(ABSENT);
  await secretsManager.send(new CreateSecretCommand({ Name, SecretString: '2' }));
  const read = await secretsManager.send(new GetSecretValueCommand({ SecretId: Name }));
  expect(read.SecretString).toBe('2');
});

test.each([
  [{ RecoveryWindowInDays: 6 }, 'between 7 and 30'],
  [{ RecoveryWindowInDays: 31 }, 'between 7 and 30'],
  [{ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, 'ForceDeleteWithoutRecovery'],
])('a deletion with %j fails, and changes nothing', async (options, message) => {
  await using world = await open();
  await expect(remove(world, options)).rejects.toMatchObject(
    clientError('InvalidParameterException', message),
  );
  expect(world.store.latest(world.arn).deletedAt).toBeUndefined();
});

test('a rotation of a secret that is deleted meanwhile ends', async () => {
  await using world = await open();
  world.driver.onStep = () => world.store.remove(world.arn);
  const { outcome } = await rotateSecret(world, world.arn);
  expect(outcome).toBe('abandoned');
});
