import { expect, test } from 'vitest';
import { findAdministrator } from '../rotation/logins.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { callStep, openScenario, stageToken } from '../support/scenario.ts';

const INVOCATIONS = 6;

test('the function remembers a rejected administrator login whose reply breaks off', async () => {
  await using world = await openScenario();
  const administrator = findAdministrator(world);
  administrator?.passwords.splice(0, 1, 'changed');
  world.api.fault = () => ({
    isDone: true,
    script: (client) => {
      client.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 100\r\n\r\nUnauthor');
    },
  });
  const token = stageToken(world);
  for (let invocation = 0; invocation < INVOCATIONS; invocation += 1) {
    await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
      code: 'cluster_login_refused',
    });
  }
  expect(administrator?.rejectedAt).toHaveLength(1);
  world.api.fault = undefined;
});

test('a denied read of preflight does not stop the next rotation', async () => {
  await using world = await openScenario();
  world.api.fault = ({ path }) => (path === '/v1/crdbs' ? { status: 401 } : undefined);
  const { checks } = (await world.invoke({ Step: 'preflight', SecretId: world.arn })) as {
    checks: { check: string; status: string }[];
  };
  expect(checks.find(({ check }) => check === 'login')?.status).toBe('pass');
  world.api.fault = undefined;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('an expired password that the cluster reports without 401 is named', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  world.api.fault = () => ({ status: 403, body: '{"error_code":"password_expired"}' });
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { message: expect.stringContaining('its password has expired') },
  });
  world.api.fault = undefined;
});
