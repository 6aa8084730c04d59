import { createServer } from 'node:https';
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
import { expireParameters } from './expire-parameters.ts';

const SUCCEEDED = { outcome: 'succeeded' };
// The function leaves this time of an invocation for its other calls and the log.
const MARGIN_MS = 25_000;

const withTimeLeft = (ms: number) => ({ getRemainingTimeInMillis: () => MARGIN_MS + ms });

test.each([
  307, 308,
])('the function follows a redirect with %i to a node of the cluster', async (status) => {
  await using world = await openScenario({ database: 'built-in' });
  await using primary = await startNode(world);
  world.api.fault = ({ method, path }) =>
    method === 'GET' ? undefined : { status, location: `https://127.0.0.1:${primary.port}${path}` };
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(primary.calls.map(({ method }) => method)).toEqual(['POST']);
});

test('the function follows a redirect although a node has an address with a zone id', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using primary = await startNode(world);
  const [software_version] = world.cluster.options.softwareVersions;
  const node = { uid: 1, addr: '127.0.0.1', external_addr: ['fe80::1%eth0'], software_version };
  world.api.fault = ({ method, path }) => {
    if (path.startsWith('/v1/nodes')) return { status: 200, body: JSON.stringify([node]) };
    if (method === 'GET') return undefined;
    return { status: 307, location: `https://127.0.0.1:${primary.port}${path}` };
  };
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(primary.calls.map(({ method }) => method)).toEqual(['POST']);
});

/** Starts a node that the parameters do not name. */
async function startNode(world: Scenario) {
  const node = await startClusterApi(world.cluster, world.certificate);
  return { ...node, [Symbol.asyncDispose]: node.close };
}

test.each([
  ['another host', (port: number) => `https://localhost:${port}/v1/users/password`],
  ['plain HTTP', (port: number) => `http://127.0.0.1:${port}/v1/users/password`],
  ['an invalid address', () => 'https://'],
])('setSecret fails and sends no login after a redirect to %s', async (_, locationOn) => {
  await using world = await openScenario({ database: 'built-in' });
  await using node = await startNode(world);
  world.api.fault = ({ method }) =>
    method === 'GET' ? undefined : { status: 307, location: locationOn(node.port) };
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'cluster_reply_unexpected',
    message: expect.stringContaining('handle_redirects'),
  });
  expect(node.calls).toEqual([]);
});

test('setSecret stops its retries in time to report the error', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => 'request lost';
  const event = { Step: 'setSecret', SecretId: world.arn, ClientRequestToken: token };
  const began = world.time.now();
  await expect(world.invoke(event, withTimeLeft(1_000))).rejects.toMatchObject({
    code: 'cluster_unreachable',
  });
  expect(world.time.now() - began).toBeLessThan(1_000);
  // Without a deadline, setSecret retries for longer.
  await expect(world.invoke(event)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(world.time.now() - began).toBeGreaterThan(3_000);
  expect(passwordOf(world, 'AWSPENDING')).toBeDefined();
});

test.each([
  'self',
  'admin',
] as const)('the function skips a node that redirects to an unknown host: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in' });
  await using primary = await startNode(world);
  const origins = [world.api.port, primary.port].map((port) => `https://localhost:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(','), 'database-hosts': '127.0.0.1' });
  world.cluster.primaryPort = primary.port;
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
});

test('the function follows redirects of reads to a node of the cluster', async () => {
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

test('the function reads the parameters of a cluster again after 5 minutes', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  await putParameters(world, { 'api-endpoints': 'https://127.0.0.1:1' });
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expireParameters(world);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_unreachable' },
  });
});

test('createSecret stops reading a slow reply when no time is left', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const slow = await listen(
    createServer(world.certificate, (_request, response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    }),
  );
  await putParameters(world, { 'api-endpoints': `https://127.0.0.1:${slow.port}` });
  const step = { Step: 'createSecret', SecretId: world.arn, ClientRequestToken: stageToken(world) };
  const began = performance.now();
  await expect(world.invoke(step, withTimeLeft(200))).rejects.toMatchObject({
    code: 'cluster_unreachable',
  });
  expect(performance.now() - began).toBeLessThan(10_000);
  await slow.close();
});

test('canonicalHost returns the same text for every spelling of an IPv6 address', () => {
  expect(canonicalHost('2001:db8:0:0:0:0:0:1')).toBe(canonicalHost('2001:DB8::1'));
});
