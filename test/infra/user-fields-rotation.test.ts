import { randomUUID } from 'node:crypto';
import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { makeSecret, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld } from '../sandbox/world.ts';
import { HANDLER_KEY, openDeployment, properties } from './deployment.ts';
import { withRotation } from './rotation-template.ts';
import { ofType } from './template.ts';

const FIRST = 'the-first-password-1';

/** Starts a world with a secret that rotates. The function asks each deployment to rotate it. */
async function open() {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openWorld({ database: 'built-in' }));
  await addUser(world.cluster, { name: 'orders', passwords: [FIRST] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: 'orders', password: FIRST, ...endpoint };
  const arn = await makeSecret(world, 'orders', value, 'orders');
  await rotateSecret(world, arn);
  const deployment = started.use(
    await openDeployment({
      invoke: async () => ({ versionId: randomUUID(), rotate: true }),
      secretsManagerPort: world.aws.port,
    }),
  );
  const passwordOf = async () => {
    await world.driver.running.get(arn);
    return (await readSecret(world, arn)).password;
  };
  const running = started.move();
  const dispose = () => running.disposeAsync();
  return { world, arn, passwordOf, ...deployment, [Symbol.asyncDispose]: dispose };
}

test('an update rotates the secret if the function asks for it, once for an event', async () => {
  await using opened = await open();
  const before = await opened.passwordOf();
  const ResourceProperties = properties({ clusters: ['eu', 'us'] }, opened.arn);
  const OldResourceProperties = properties({ clusters: ['eu'] }, opened.arn);
  const update = { RequestId: randomUUID(), ResourceProperties, OldResourceProperties };
  expect(await opened.deploy('Update', update)).toMatchObject({ Status: 'SUCCESS' });
  const after = await opened.passwordOf();
  expect(after).not.toBe(before);
});

/** Returns the actions that the construct allows the handler. */
function allowedActions(): string[] {
  const template = withRotation();
  const policies = ofType(template, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
    /UsersFieldsRole/.test(JSON.stringify(Properties.Roles)),
  );
  return policies.flatMap(({ Properties }) => {
    const { Statement } = Properties.PolicyDocument as {
      Statement: { Action: string | string[] }[];
    };
    return Statement.flatMap(({ Action }) => Action);
  });
}

test('an update that rotates takes every action of the handler, and no other action', async () => {
  await using opened = await open();
  const { world, arn, deploy, invocations } = opened;
  const taken: string[] = [];
  world.aws.fault = (action, { SecretId }, caller) => {
    if (caller === HANDLER_KEY) taken.push(`${action} ${SecretId}`);
    return undefined;
  };
  const ResourceProperties = properties({ clusters: ['eu', 'us'] }, arn);
  const OldResourceProperties = properties({ clusters: ['eu'] }, arn);
  await deploy('Update', { ResourceProperties, OldResourceProperties });
  expect(taken).toEqual([`secretsmanager:RotateSecret ${arn}`]);
  expect(invocations).toHaveLength(1);
  const actions = ['secretsmanager:RotateSecret', 'lambda:InvokeFunction'];
  const log = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  expect(allowedActions().sort()).toEqual([...actions, ...log].sort());
});

test('a new resource leaves the first rotation to the rotation schedule', async () => {
  await using opened = await open();
  const before = await opened.passwordOf();
  const ResourceProperties = properties({}, opened.arn);
  expect(await opened.deploy('Create', { ResourceProperties })).toMatchObject({
    Status: 'SUCCESS',
  });
  const replaced = { ResourceProperties, OldResourceProperties: properties({}) };
  expect(await opened.deploy('Update', replaced)).toMatchObject({ Status: 'SUCCESS' });
  expect(await opened.passwordOf()).toBe(before);
});

test('an update succeeds while Secrets Manager retries a failed rotation', async () => {
  await using opened = await open();
  const { world, arn } = opened;
  world.api.fault = ({ method }) => (method === 'GET' ? undefined : { status: 400 });
  await rotateSecret(world, arn);
  const update = {
    ResourceProperties: properties({}, arn),
    OldResourceProperties: properties({}, arn),
  };
  expect(await opened.deploy('Update', update)).toMatchObject({ Status: 'SUCCESS' });
});

test('an update fails if Secrets Manager rejects the rotation', async () => {
  await using opened = await open();
  const arn = await makeSecret(opened.world, 'carts', '{}', 'carts');
  const command = new RotateSecretCommand({ SecretId: arn });
  await expect(opened.world.secretsManager.send(command)).rejects.toThrow('No Lambda rotation');
  const update = {
    ResourceProperties: properties({}, arn),
    OldResourceProperties: properties({}, arn),
  };
  const done = await opened.deploy('Update', update);
  expect(done).toMatchObject({ Status: 'FAILED', PhysicalResourceId: arn });
  expect(done?.Reason).toContain('secretsmanager:RotateSecret failed with InvalidRequestException');
});
