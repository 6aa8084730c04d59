import { expect, test } from 'vitest';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import { makeSecret, putParameters, rotateSecret } from '../sandbox/setup.ts';
import { callStep, openScenario, type Scenario, stageToken } from '../support/scenario.ts';
import { findAdministrator } from './administrator.ts';
import { expireParameters } from './expire-parameters.ts';

function administratorOf(world: Scenario): ClusterUser {
  const administrator = findAdministrator(world);
  if (administrator === undefined) throw new Error('the world has no administrator');
  return administrator;
}

async function setAdministratorLogin(world: Scenario, name: string, login: object): Promise<void> {
  const arn = await makeSecret(world, name, login);
  await putParameters(world, { 'admin-secret-arn': arn });
  expireParameters(world);
}

/** Returns the logins of the requests that changed something. */
const loginsOfChanges = ({ api }: Scenario) =>
  api.calls.filter(({ method }) => method !== 'GET').map(({ login }) => login);

test('a rejected administrator login is sent once for each version of its secret', async () => {
  await using world = await openScenario();
  const administrator = administratorOf(world);
  const [password = ''] = administrator.passwords;
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  administrator.passwords = ['reset'];
  for (const attempt of [1, 2, 3, 4, 5, 6]) {
    const call = callStep(world, 'setSecret', token);
    await expect(call, `attempt ${attempt}`).rejects.toMatchObject({
      code: 'cluster_login_refused',
    });
  }
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
  administrator.passwords = [password];
  await setAdministratorLogin(world, 'new-admin', { username: administrator.name, password });
  await callStep(world, 'setSecret', token);
  expect(world.user.passwords).toHaveLength(2);
});

test('the administrator logs in by email, or by username if email is empty', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { email, name, passwords } = administratorOf(world);
  const [password] = passwords;
  const logins = [
    { email, username: 'nobody', password },
    { email: '', username: name, password },
  ];
  for (const [index, login] of logins.entries()) {
    await setAdministratorLogin(world, `admin-${index}`, login);
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  }
  expect(loginsOfChanges(world)).toEqual([email, name]);
});

test('a user with its own login logs in to the API by email', async () => {
  const value = { email: 'orders@example.com' };
  await using world = await openScenario({ login: 'self', value });
  world.user.email = value.email;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(loginsOfChanges(world)).toEqual([value.email]);
});
