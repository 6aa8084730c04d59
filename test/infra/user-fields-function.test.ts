import { expect, test } from 'vitest';
import { RESOURCE_TYPE } from '../../infra/user-fields/names.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { CLUSTERS_PATH } from '../sandbox/names.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, idOf, labels, openScenario, passwordOf } from '../support/scenario.ts';
import { openDeployment } from './deployment.ts';
import { ADMIN, imported, ORDERS, withRotation } from './rotation-template.ts';
import { ofType } from './template.ts';

/** Returns the properties of the custom resource that the construct creates for a user. */
function properties(SecretId: string, port: number) {
  const endpoints = [{ host: '127.0.0.1', port }];
  const template = withRotation(
    (stack) => ({ clustersPath: CLUSTERS_PATH, adminSecrets: [imported(stack, ADMIN)] }),
    (rotation) => {
      const extraFields = { dbname: 'orders' };
      rotation.adoptUser({ ...ORDERS, username: 'carts', ssl: false, endpoints, extraFields });
    },
  );
  const [, carts] = ofType(template, RESOURCE_TYPE);
  return { ...carts?.Properties, Fields: String(carts?.Properties.Fields), SecretId };
}

/** Opens a world with an empty secret, as CloudFormation creates it, and deploys its fields. */
async function open() {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ ssl: false }));
  world.store.write(world.arn, ({ versions }) => versions.clear());
  const { invoke, aws } = world;
  const deployment = started.use(await openDeployment({ invoke, secretsManagerPort: aws.port }));
  const { port } = world.database;
  const created = properties(world.arn, port);
  const update = (ResourceProperties: object, OldResourceProperties: object = created) =>
    deployment.deploy('Update', { ResourceProperties, OldResourceProperties });
  const running = started.move();
  const dispose = () => running.disposeAsync();
  return { ...deployment, world, port, created, update, [Symbol.asyncDispose]: dispose };
}

/** Opens a world in which the first deployment of a user succeeded. */
async function openDeployed() {
  const opened = await open();
  await opened.deploy('Create', { ResourceProperties: opened.created });
  await rotateSecret(opened.world, opened.world.arn);
  return opened;
}

test('a first deployment writes the fields, and the first rotation the password', async () => {
  await using opened = await open();
  const { world, port, created, deploy } = opened;
  const fields = { host: '127.0.0.1', port, ssl: false, dbname: 'orders' };
  expect(await deploy('Create', { ResourceProperties: created })).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: world.arn,
  });
  expect(await readSecret(world, world.arn)).toEqual({ username: 'orders', ...fields });
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  const password = passwordOf(world, 'AWSCURRENT');
  expect(await readSecret(world, world.arn)).toEqual({ username: 'orders', ...fields, password });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, password]);
});

test('a changed port changes the secret, and a rollback changes it back: one password', async () => {
  await using opened = await openDeployed();
  const { world, created, update } = opened;
  const before = await readSecret(world, world.arn);
  const database = await startDatabase('built-in', undefined);
  await using _ = { [Symbol.asyncDispose]: database.close };
  await database.setUser(world.user);
  const changed = properties(world.arn, database.port);
  expect(await update(changed)).toMatchObject({ Status: 'SUCCESS' });
  expect(await readSecret(world, world.arn)).toEqual({ ...before, port: database.port });
  expect(await update(created, changed)).toMatchObject({ Status: 'SUCCESS' });
  expect(await readSecret(world, world.arn)).toEqual(before);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, before.password]);
});

test("an error of the function is the deployment's, and changes nothing", async () => {
  await using opened = await openDeployed();
  const { world, created, update } = opened;
  const id = idOf(world, 'AWSCURRENT');
  const changed = { ...created, Fields: created.Fields.replace('127.0.0.1', 'other.example.com') };
  const done = await update(changed);
  expect(done).toMatchObject({ Status: 'FAILED', PhysicalResourceId: world.arn });
  expect(done?.Reason).toMatch(/^host_not_allowed: .*; hint: /);
  expect(done?.Reason).not.toContain(passwordOf(world, 'AWSCURRENT'));
  expect(idOf(world, 'AWSCURRENT')).toBe(id);
});
