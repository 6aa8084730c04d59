import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { addNodes, type ClusterNodes } from '../support/cluster-nodes.ts';
import {
  callStep,
  openScenario,
  passwordOf,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const SUCCEEDED = { outcome: 'succeeded' };
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

test.each([
  'self',
  'admin',
] as const)('the primary dies before every step and comes back, and the rotation goes on: %s', async (login) => {
  await using world = await openScenario({ login, settings: { OVERLAP_SECONDS: '0' } });
  await using cluster = await addNodes(world);
  const token = stageToken(world);
  let dead = 2;
  for (const step of STEPS) {
    const next = (dead + 1) % 3;
    cluster.elect(next);
    await cluster.kill(dead);
    await callStep(world, step, token);
    await cluster.revive(dead);
    dead = next;
  }
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('nodes that still send us to a dead primary are asked again until another is elected', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  await cluster.kill(2);
  electAfter(cluster, 3);
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.lines.join('')).not.toContain('"level":"ERROR"');
});

/** The first node becomes the primary after so many requests to it. */
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

test('with every node down a step fails by name, and its retry goes on when they are back', async () => {
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

test('with handle_redirects on, any node passes a request on', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  world.cluster.options.handleRedirects = true;
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(cluster.nodes[0]?.calls.map(({ method }) => method)).toContain('POST');
  expect(cluster.nodes[2]?.calls).toEqual([]);
});

type Failing = [name: string, origin: (world: Scenario) => Promise<[string, () => Promise<void>]>];

const nothing = async () => undefined;

/** A port of this machine that takes connections and says nothing. */
async function silent(): Promise<[string, () => Promise<void>]> {
  const { port, close } = await listen(createServer());
  return [`https://127.0.0.1:${port}`, close];
}

const resets = () => listen(createServer((socket) => socket.resetAndDestroy()));

const FAILING: Failing[] = [
  [
    'refuses connections',
    async () => {
      const [origin, close] = await silent();
      await close();
      return [origin, nothing];
    },
  ],
  [
    'resets connections',
    async () => {
      const { port, close } = await resets();
      return [`https://127.0.0.1:${port}`, close];
    },
  ],
  ['has a name that nobody knows', async () => ['https://redis.invalid:9443', nothing]],
  ['never answers', silent],
];

test.each(FAILING)(
  'an endpoint that %s is passed over for the next one',
  async (_name, makeOrigin) => {
    await using world = await openScenario({ database: 'built-in' });
    const [origin, close] = await makeOrigin(world);
    await putParameters(world, {
      'api-endpoints': `${origin},https://127.0.0.1:${world.api.port}`,
      'database-hosts': '127.0.0.1',
    });
    const began = world.time.now();
    expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
    expect(world.time.now(), 'nothing was waited for').toBe(began);
    await close();
  },
  30_000,
);

test.each([
  502, 503, 504,
])('a node that answers %i is passed over for the next one', async (status) => {
  await using world = await openScenario({ database: 'built-in' });
  await using cluster = await addNodes(world);
  cluster.elect(1);
  const [first] = cluster.nodes;
  if (first !== undefined) first.fault = () => ({ status });
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(cluster.nodes[1]?.calls.map(({ method }) => method)).toContain('POST');
});

test('no connection to the API is left open after a step', async () => {
  await using world = await openScenario({ database: 'built-in' });
  expect(await rotateSecret(world, world.arn)).toEqual(SUCCEEDED);
  expect(world.api.connections()).toBe(0);
});
