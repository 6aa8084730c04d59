import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, passwordOf, putManually, type Scenario } from '../support/scenario.ts';
import { addProxy } from './late-proxy.ts';

const DELAY_MS = 5_000;

async function putEndpoints(world: Scenario, ports: number[]): Promise<void> {
  const [password] = world.user.passwords;
  const endpoints = ports.map((port) => `127.0.0.1:${port}`);
  await putManually(world, { username: 'orders', password, endpoints });
}

test('the function waits for a proxy that accepts the password after 5 seconds', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using late = await addProxy(world, DELAY_MS);
  await putEndpoints(world, [world.database.port, late.port]);
  const began = world.time.now();
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.time.now() - began).toBeGreaterThanOrEqual(DELAY_MS);
});

test('a proxy that never accepts the new password fails the rotation', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using stale = await addProxy(world, Number.POSITIVE_INFINITY);
  await putEndpoints(world, [world.database.port, stale.port]);
  const before = passwordOf(world, 'AWSCURRENT');
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'pending_password_refused',
      message: expect.stringContaining(`127.0.0.1:${stale.port} rejected`),
    },
  });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(before);
});

test.each([
  2, 3,
])('%i late proxies lock no account if rejected database logins count', async (proxies) => {
  await using world = await openScenario({ database: 'built-in' });
  await using stack = new AsyncDisposableStack();
  world.cluster.options.databaseLoginsCount = true;
  const ports: number[] = [];
  for (let count = 0; count < proxies; count += 1) {
    const { port } = stack.use(await addProxy(world, DELAY_MS));
    ports.push(port);
  }
  await putEndpoints(world, ports);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect([world.user.rejectedAt.length > 0, world.user.lockedUntil]).toEqual([true, 0]);
});
