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
import { findAdministrator, LOGINS } from './logins.ts';

/** Options that Redis documents, or that other tests vary. */
type Documented =
  | 'generation'
  | 'softwareVersions'
  | 'basicAuthentication'
  | 'putRejectsNames'
  | 'handleRedirects'
  | 'disconnectOnRemoval'
  | 'expiredMayUseDatabases';

/** What a cluster may do where the documentation of Redis is silent, apart from the defaults. */
const VARIANTS: { [Key in Exclude<keyof ClusterOptions, Documented>]: ClusterOptions[Key][] } = {
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

type Row = { login: (typeof LOGINS)[number]; option: string; value: unknown };

const ROWS: Row[] = LOGINS.flatMap((login) =>
  Object.entries(VARIANTS).flatMap(([option, values]) =>
    values.map((value) => ({ login, option, value })),
  ),
);

// An administrator sends the username that the secret's tag names, which is not an email address.
const isRejectedFirst = ({ login, value }: Row) => login === 'admin' && value === 'email';

/** Opens a cluster of three nodes with strict rules, whose proxies learn a password 5 s late. */
async function openStrict({ login, option, value }: Row) {
  await using started = new AsyncDisposableStack();
  const email = 'orders@sandbox.test';
  const identity = value === 'email' ? { email } : {};
  const options = { login, database: 'built-in', ssl: false, value: identity } as const;
  const world = started.use(await openScenario(options));
  Object.assign(world.user, identity);
  const administrator = findAdministrator(world);
  // The administrator's secret has the email.
  if (value === 'name' && administrator !== undefined) administrator.name = administrator.email;
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
  ROWS.filter((row) => !isRejectedFirst(row)),
)('all operations succeed if $option is $value: $login', async (row) => {
  await using world = await openStrict(row);
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
  ROWS.filter(isRejectedFirst),
)('admin mode fails before any change if $option is $value', async (row) => {
  await using world = await openStrict(row);
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({
    code: 'cluster_user_not_found',
    message: expect.stringContaining('self mode'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});
