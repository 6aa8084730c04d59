import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { addNodes, type ClusterNodes } from '../support/cluster-nodes.ts';
import { callStep, openScenario, passwordOf, stageToken } from '../support/scenario.ts';

// Nothing listens on port 1 of loopback.
const UNUSED_PORT = 1;
const SUCCEEDED = { outcome: 'succeeded' };
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

test.each([
  'self',
  'admin',
] as const)('a rotation continues if the primary fails before every step: %s', async (login) => {
  await using world = await openScenario({ login, settings: { OVERLAP_SECONDS: '0' } });
  await using cluster = await addNodes(world);
  const token = stageToken(world);
  let down = 2;
  for (const step of STEPS) {
    const next = (down + 1) % 3;
    cluster.elect(next);
    await cluster.kill(down);
    await callStep(world, step, token);
    await cluster.revive(down);
    down = next;
  }
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('the function retries while the nodes redirect to a primary that is down', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  await cluster.kill(2);
  electAfter(cluster, 3);
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.lines.join('')).not.toContain('"level":"ERROR"');
});

/** Makes the first node the primary after a number of requests to it. */
function electAfter({ nodes, elect }: ClusterNodes, requests: number): void {
  let seen = 0;
  const [first] = nodes;
  if (first === undefined) throw new Error('there is no node');
  first.fault = () => {
    seen += 1;
    if (seen === requests) elect(0);
    return undefined;
  };
}

test('setSecret fails while every node is down, and a retry succeeds', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  for (const node of [0, 1, 2]) await cluster.kill(node);
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'cluster_unreachable',
    message: expect.stringContaining(`no reply from https://127.0.0.1:${cluster.nodes[0]?.port}`),
  });
  for (const node of [0, 1, 2]) await cluster.revive(node);
  for (const step of STEPS.slice(1)) await callStep(world, step, token);
  expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
});

test('a redirect to an unknown host is named, even if another endpoint is down', async () => {
  await using world = await openScenario();
  const origins = [world.api.port, UNUSED_PORT].map((port) => `https://127.0.0.1:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(',') });
  world.api.fault = ({ path }) => ({ status: 307, location: `https://10.9.9.9:9443${path}` });
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_reply_unexpected' },
  });
  world.api.fault = undefined;
});

test('any node forwards a request if handle_redirects is on', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  world.cluster.options.handleRedirects = true;
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(cluster.nodes[0]?.calls.map(({ method }) => method)).toContain('POST');
  expect(cluster.nodes[2]?.calls).toEqual([]);
});

type Unavailable = { origin: string; close: () => Promise<void> };

async function startServer(server: Server): Promise<Unavailable> {
  const { port, close } = await listen(server);
  return { origin: `https://127.0.0.1:${port}`, close };
}

const UNAVAILABLE: [name: string, start: () => Promise<Unavailable>][] = [
  [
    'refuses connections',
    async () => {
      const server = await startServer(createServer());
      await server.close();
      return { ...server, close: async () => undefined };
    },
  ],
  ['resets connections', () => startServer(createServer((socket) => socket.resetAndDestroy()))],
  [
    'has an unknown host name',
    async () => ({ origin: 'https://redis.invalid:9443', close: async () => undefined }),
  ],
];

test.each(UNAVAILABLE)('the function uses the next endpoint if one %s', async (_name, start) => {
  await using world = await openScenario({ database: 'built-in' });
  const { origin, close } = await start();
  await putParameters(world, {
    'api-endpoints': `${origin},https://127.0.0.1:${world.api.port}`,
    'database-hosts': '127.0.0.1',
  });
  const began = world.time.now();
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.time.now(), 'the function does not wait').toBe(began);
  await close();
});

test.each([
  502, 503, 504,
])('the function uses the next node if one replies with %i', async (status) => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  cluster.elect(1);
  const [first] = cluster.nodes;
  if (first !== undefined) first.fault = () => ({ status });
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(cluster.nodes[1]?.calls.map(({ method }) => method)).toContain('POST');
});

test('a rotation leaves no connection to the API open', async () => {
  await using world = await openScenario({ database: 'built-in' });
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.api.connections()).toBe(0);
});
