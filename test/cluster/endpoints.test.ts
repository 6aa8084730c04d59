import { createServer as createHttps } from 'node:https';
import { expect, test } from 'vitest';
import { canonicalHost } from '../../lambda/network/endpoint.ts';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  passwordOf,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const SUCCEEDED = { outcome: 'succeeded' };

test.each([
  307, 308,
])('a redirect of %i is followed to a node that the cluster lists', async (status) => {
  await using world = await openScenario({ database: 'built-in' });
  await using primary = await startNode(world);
  world.api.fault = ({ method, path }) =>
    method === 'GET' ? undefined : { status, location: `https://127.0.0.1:${primary.port}${path}` };
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(primary.calls.map(({ method }) => method)).toEqual(['POST']);
});

/** A node that the configuration does not name. */
async function startNode(world: Scenario) {
  const node = await startClusterApi(world.cluster, world.certificate);
  return { ...node, [Symbol.asyncDispose]: node.close };
}

test.each([
  ['another host', (port: number) => `https://localhost:${port}/v1/users/password`],
  ['plain HTTP', (port: number) => `http://127.0.0.1:${port}/v1/users/password`],
  ['nothing that is an address', () => 'https://'],
])('a redirect to %s is an error that names handle_redirects, and no login goes there', async (_, to) => {
  await using world = await openScenario({ database: 'built-in' });
  await using elsewhere = await startNode(world);
  world.api.fault = ({ method }) =>
    method === 'GET' ? undefined : { status: 307, location: to(elsewhere.port) };
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'cluster_reply_unexpected',
    message: expect.stringContaining('handle_redirects'),
  });
  expect(elsewhere.calls).toEqual([]);
});

test('a step ends with its own error while there is time left to tell of it', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => 'request lost';
  const event = { Step: 'setSecret', SecretId: world.arn, ClientRequestToken: token };
  const began = world.time.now();
  const remainingMs = 26_000;
  await expect(
    world.invoke(event, { getRemainingTimeInMillis: () => remainingMs }),
  ).rejects.toMatchObject({
    code: 'cluster_unreachable',
  });
  expect(world.time.now() - began).toBeLessThan(1_000);
  // With all the time of a function it goes on for a while.
  await expect(world.invoke(event)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(world.time.now() - began).toBeGreaterThan(3_000);
  expect(passwordOf(world, 'AWSPENDING')).toBeDefined();
});

test.each([
  'self',
  'admin',
] as const)('a node that sends us to an address nobody has named is passed over for the next one: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in' });
  await using primary = await startNode(world);
  const origins = [world.api.port, primary.port].map((port) => `https://localhost:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(','), 'database-hosts': '127.0.0.1' });
  world.cluster.primaryPort = primary.port;
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
});

test('reads too are redirected to a node that the cluster lists', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using primary = await startNode(world);
  const origin = `https://localhost:${world.api.port}`;
  await putParameters(world, { 'api-endpoints': origin, 'database-hosts': '127.0.0.1' });
  world.api.fault = ({ path }) =>
    path === '/v1/nodes'
      ? undefined
      : { status: 307, location: `https://127.0.0.1:${primary.port}${path}` };
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
});

test('a reply that trickles in ends with the time of its step', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const trickling = await listen(
    createHttps(world.certificate, (_request, response) => {
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    }),
  );
  await putParameters(world, { 'api-endpoints': `https://127.0.0.1:${trickling.port}` });
  const step = { Step: 'createSecret', SecretId: world.arn, ClientRequestToken: stageToken(world) };
  const context = { getRemainingTimeInMillis: () => 26_000 };
  const began = performance.now();
  await expect(world.invoke(step, context)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(performance.now() - began).toBeLessThan(10_000);
  await trickling.close();
});

test('an IPv6 address is the same however it is spelt', () => {
  expect(canonicalHost('2001:db8:0:0:0:0:0:1')).toBe(canonicalHost('2001:DB8::1'));
});
