import { expect, test } from 'vitest';
import type { ClusterOptions } from '../sandbox/cluster/cluster.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { addNodes } from '../support/cluster-nodes.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
} from '../support/scenario.ts';

// What Redis documents of a cluster, or what tests of their own vary.
type Known =
  | 'generation'
  | 'softwareVersions'
  | 'basicAuthentication'
  | 'handleRedirects'
  | 'disconnectOnRemoval'
  | 'expiredMayUseDatabases';

/** The other readings of what Redis' documentation leaves open. */
const READINGS: { [Key in Exclude<keyof ClusterOptions, Known>]: ClusterOptions[Key][] } = {
  deleteAbsent: [200, 404],
  addPresent: ['ok'],
  lastPasswordFirst: [true],
  noneMayUseApi: [true],
  userManagerMayChange: [true],
  identifies: ['name', 'email'],
  databaseLoginsCount: [true],
  lockedStatus: [403],
  repeating: ['in all'],
  complexity: ['before 6.2.12'],
  changeUnlocks: [true],
  addRenews: [true],
  lockedMayUseDatabases: [false],
  passwordsMax: [2],
  actionUid: [true],
  errorText: ['message'],
  redirects: ['changes'],
  redirectsTo: ['name'],
};

const TABLE = (['self', 'admin'] as const).flatMap((login) =>
  Object.entries(READINGS).flatMap(([option, values]) =>
    values.map((value) => ({ login, option, value })),
  ),
);

// An admin names the user that the secret's tag binds, by the name that the tag has.
const isRefusedFirst = ({ login, value }: { login: string; value: unknown }) =>
  login === 'admin' && value === 'email';

/** A cluster of three nodes and strict rules, whose proxies learn of a password 5 s late. */
async function openStrict(login: 'self' | 'admin', option: string, value: unknown) {
  await using started = new AsyncDisposableStack();
  const email = 'orders@sandbox.test';
  const identity = value === 'email' ? { email } : {};
  const world = started.use(await openScenario({ login, database: 'built-in', value: identity }));
  Object.assign(world.user, identity);
  const admin = world.cluster.users.find(({ role }) => role === 'admin');
  // Its secret has the email.
  if (value === 'name' && admin !== undefined) admin.name = admin.email;
  world.cluster.policy.passwordComplexity = true;
  Object.assign(world.cluster.options, { [option]: value });
  world.proxy.delayMs = 5_000;
  const { nodes } = started.use(await addNodes(world));
  const hosts = option === 'redirectsTo' ? ['127.0.0.1', 'localhost'] : ['127.0.0.1'];
  const origins = nodes.flatMap(({ port }) => hosts.map((one) => `https://${one}:${port}`));
  await putParameters(world, { 'api-endpoints': origins.join(','), 'database-hosts': '127.0.0.1' });
  const running = started.move();
  return { ...world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test.each(
  TABLE.filter((row) => !isRefusedFirst(row)),
)('a cluster whose $option is $value is rotated, swept and cut off in $login mode', async ({
  login,
  option,
  value,
}) => {
  await using world = await openStrict(login, option, value);
  for (let rotations = 0; rotations < 2; rotations += 1) {
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
    world.time.advance(OVERLAP_SECONDS + 1);
    await reconcile(world);
    expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  }
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect([world.user.lockedUntil, world.cluster.users[0]?.lockedUntil]).toEqual([0, 0]);
});

test.each(
  TABLE.filter(isRefusedFirst),
)('a cluster that knows users by email alone refuses an admin before anything changes', async ({
  login,
  option,
  value,
}) => {
  await using world = await openStrict(login, option, value);
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({
    code: 'cluster_user_not_found',
    message: expect.stringContaining('self mode'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});
