import { expect, test } from 'vitest';
import { openConnection } from '../sandbox/application.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

/** Sets the passwords that the database accepts, independent of its cluster. */
function setDatabasePasswords({ database, user }: Scenario, passwords: string[]): Promise<void> {
  return database.setUser({ ...user, passwords });
}

async function rotateUntil(world: Scenario, last: string): Promise<string> {
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    if (step === last) break;
    await callStep(world, step, token);
  }
  return token;
}

test.each([
  'testSecret',
  'finishSecret',
])('%s fails after 30 seconds if the database rejects AWSPENDING', async (step) => {
  await using world = await openScenario();
  const token = await rotateUntil(world, step);
  await setDatabasePasswords(world, [FIRST_PASSWORD]);
  const before = world.time.now();
  await expect(callStep(world, step, token)).rejects.toMatchObject({
    code: 'pending_password_refused',
    message: expect.stringContaining(`127.0.0.1:${world.database.port} rejected`),
  });
  expect(world.time.now() - before).toBe(30_000);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
});

test('the function verifies a host name by itself and not by server-name', async () => {
  await using world = await openScenario({ value: { host: 'localhost' }, database: 'built-in' });
  await putParameters(world, { 'database-hosts': 'localhost' });
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'certificate_refused',
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  });
});

test('reconcile counts a password as deleted only if every database rejects it', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const other = await startDatabase('built-in', world.certificate);
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    await onPasswords(user);
    await other.setUser(user);
  };
  await other.setUser(world.user);
  world.store.write(world.arn, (secret) => {
    for (const version of secret.versions.values()) {
      if (version.value === undefined || !('SecretString' in version.value)) continue;
      const value = JSON.parse(version.value.SecretString);
      const endpoints = [`127.0.0.1:${other.port}`];
      version.value = { SecretString: JSON.stringify({ ...value, endpoints }) };
    }
  });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await other.setUser({ ...world.user, passwords: world.user.passwords.slice(1) });
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_reply_unexpected' });
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
  await other.close();
});

test('a repeated finishSecret deletes nothing while AWSCURRENT is rejected', async () => {
  await using world = await openScenario();
  const token = await rotateUntil(world, 'nothing');
  world.time.advance(OVERLAP_SECONDS + 1);
  await setDatabasePasswords(world, [FIRST_PASSWORD]);
  await expect(callStep(world, 'finishSecret', token)).resolves.toBeUndefined();
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  expect(world.lines.join('')).toContain('rejected the password of AWSCURRENT');
});

test('reconcile deletes nothing while the API rejects AWSCURRENT', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.user.passwords = [FIRST_PASSWORD];
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
});

test.each([
  ['200 without a token', { status: 200, body: '{}' }],
  ['a token with another status', { status: 201, body: '{"access_token":"a.b.c"}' }],
])('testSecret does not accept %s as a login', async (_sentence, fault) => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  const token = await rotateUntil(world, 'testSecret');
  world.api.fault = () => fault;
  await expect(callStep(world, 'testSecret', token)).rejects.toMatchObject({
    code: 'cluster_reply_unexpected',
  });
});

test('an open connection of an application survives rotation and deletion', async () => {
  await using world = await openScenario();
  const login = { username: 'orders', password: FIRST_PASSWORD };
  const connection = await openConnection(world, login);
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(await connection.ping()).toBe('PONG');
  connection.destroy();
});
