import { expect, test } from 'vitest';
import { moveLabel } from '../../sandbox/aws/secret-store.ts';
import { startDatabase } from '../../sandbox/database/database.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  idOf,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
} from '../../support/scenario.ts';
import { deletionsOf, excuseCluster, openExpired, optionsOf, resultsOf } from './databases.ts';

test("after a deletion that leaves no password, AWSCURRENT's is added again, and no other", async () => {
  await using world = await openExpired();
  optionsOf(world).deletesAll = true;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  const added = world.lines.filter((line) => line.includes('add password again'));
  expect(added.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', outcome: 'protected' },
  ]);
  excuseCluster(world);
});

test('after such a deletion, the next reconcile deletes nothing and succeeds', async () => {
  await using world = await openExpired();
  Object.assign(optionsOf(world), { deletesAll: true });
  await reconcile(world).catch(() => undefined);
  const sent = deletionsOf(world);
  await reconcile(world);
  expect(deletionsOf(world)).toBe(sent);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  excuseCluster(world);
});

test('a deletion without a reply that leaves no password is undone in the same call', async () => {
  await using world = await openExpired();
  optionsOf(world).deletesAll = true;
  world.api.fault = ({ method }) => (method === 'DELETE' ? 'reply lost' : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  const sent = deletionsOf(world);
  world.api.fault = undefined;
  await reconcile(world);
  expect(deletionsOf(world)).toBe(sent);
  excuseCluster(world);
});

test.each([
  ['and adds a password again', false],
  ['and cannot add one again', true],
])('finishSecret fails with an alarm if its deletion opens the database, %s', async (_, isDown) => {
  const settings = { OVERLAP_SECONDS: '0' };
  await using world = await openScenario({ isDefaultUser: true, ssl: false, settings });
  optionsOf(world).deletesAll = true;
  world.api.fault = ({ method }) =>
    isDown && method === 'POST' && deletionsOf(world) > 0 ? { status: 500 } : undefined;
  await rotateSecret(world, world.arn);
  const opened = resultsOf(world).filter(({ DatabasesUnprotected }) => DatabasesUnprotected === 1);
  expect(opened[0]).toMatchObject({ step: 'finishSecret', code: 'database_unprotected' });
  expect(world.user.passwords).toEqual(isDown ? [] : [passwordOf(world, 'AWSCURRENT')]);
  excuseCluster(world);
});

test('REPLACING does not hide the alarm of an open database', async () => {
  await using world = await openExpired();
  optionsOf(world).deletesAll = true;
  world.store.write(world.arn, (secret) =>
    moveLabel(secret, 'REPLACING', idOf(world, 'AWSPREVIOUS') ?? ''),
  );
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  excuseCluster(world);
});

test('an endpoint that is down does not hide another one that is open', async () => {
  await using world = await openExpired();
  await using stack = new AsyncDisposableStack();
  const second = await startDatabase('built-in', undefined);
  stack.defer(() => second.close());
  await second.setUser({ ...world.user, isOpen: true });
  const { port } = world.database;
  world.cluster.databases[0]?.endpoints.push({
    dns_name: 'localhost',
    addr: ['127.0.0.1'],
    port: second.port,
  });
  await putManually(world, {
    ...{ username: 'default', password: passwordOf(world, 'AWSCURRENT') },
    ...{ host: '127.0.0.1', port, ssl: false, endpoints: [`127.0.0.1:${second.port}`] },
  });
  world.database.fault = () => 'request lost';
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  excuseCluster(world);
});

test('a replaceAll whose PUT leaves no password adds its own again', async () => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  await rotateSecret(world, world.arn);
  const { onChange } = world.cluster;
  world.cluster.onChange = (change) => {
    onChange(change);
    if (change.method === 'PUT') change.user.passwords = [];
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  excuseCluster(world);
});

test('a replaceAll whose PUT has no reply, and leaves no password, adds its own again', async () => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  await rotateSecret(world, world.arn);
  const { onChange } = world.cluster;
  world.cluster.onChange = (made) => {
    onChange(made);
    if (made.method === 'PUT') made.user.passwords = [];
  };
  world.api.fault = ({ method }) => (method === 'PUT' ? 'reply lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  excuseCluster(world);
});
