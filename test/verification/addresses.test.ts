import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { listen } from '../sandbox/listen.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { callStep, openScenario, type Scenario, stageToken } from '../support/scenario.ts';
import { ADDRESSES, fakeDns, NAME, NEXT, putHost, UNANSWERED } from './fake-dns.ts';
import { addProxy } from './late-proxy.ts';

// Linux serves all of 127.0.0.0/8; other systems need an alias.
const hasTwoAddresses = await listen(createServer(), ADDRESSES[1]).then(
  ({ close }) => close().then(() => true),
  () => false,
);

fakeDns();

/** Adds a proxy at the second address, which never accepts another password. */
function addStaleProxy(world: Scenario) {
  const where = { host: '127.0.0.2', port: world.database.port };
  return addProxy(world, Number.POSITIVE_INFINITY, where);
}

test.skipIf(!hasTwoAddresses)(
  'the function verifies every address of a name and reports the one that rejects',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    await using _stale = await addStaleProxy(world);
    await putHost(world, NAME, world.database.port);
    expect(await rotateSecret(world, world.arn)).toMatchObject({
      error: { message: expect.stringContaining(`127.0.0.2:${world.database.port} rejected`) },
    });
  },
);

test.skipIf(!hasTwoAddresses)(
  'the function retries an address that rejected, even if DNS no longer returns it',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    await using _stale = await addStaleProxy(world);
    await putHost(world, NAME, world.database.port);
    NEXT.push(['127.0.0.2'], ...Array.from({ length: 50 }, () => ['127.0.0.1']));
    world.driver.attempts = 1;
    expect(await rotateSecret(world, world.arn)).toMatchObject({
      error: { code: 'pending_password_refused' },
    });
  },
);

test.skipIf(!hasTwoAddresses)(
  'an address that rejected is not forgotten while another address still rejects',
  async () => {
    await using world = await openScenario();
    const { port } = world.database;
    await using _late = await addProxy(world, 5_000, { host: '127.0.0.2', port });
    await using _stale = await addProxy(world, Number.POSITIVE_INFINITY, {
      host: '127.0.0.3',
      port,
    });
    await putHost(world, NAME, port);
    const token = stageToken(world);
    await callStep(world, 'createSecret', token);
    await callStep(world, 'setSecret', token);
    const all = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    NEXT.push(all, all, ...Array.from({ length: 50 }, () => all.slice(0, 2)));
    await expect(callStep(world, 'finishSecret', token)).rejects.toMatchObject({
      code: 'pending_password_refused',
    });
    NEXT.length = 0;
  },
);

test('reconcile fails with database_unreachable if the resolver never answers', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await putHost(world, UNANSWERED, 12_001);
  world.driver.attempts = 1;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const context = { getRemainingTimeInMillis: () => 26_000 };
  const step = { Step: 'reconcile', SecretId: world.arn };
  await expect(world.invoke(step, context)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('has no address'),
  });
});
