import { expect, test } from 'vitest';
import { CHECK_NAMES, type Check } from '../lambda/checks/check.ts';
import type { Preflight } from '../lambda/operations/preflight.ts';
import { generationOf, worstOf } from '../lambda/redis-enterprise/generation.ts';
import { putParameters, rotateSecret } from './sandbox/setup.ts';
import { openScenario, putByHand, type Scenario, type ScenarioOptions } from './scenario.ts';

async function preflight(world: Scenario): Promise<Preflight> {
  return (await world.invoke({ Step: 'preflight', SecretId: world.arn })) as Preflight;
}

const statusOf = ({ checks }: Preflight) => checks.map(({ check, status }) => `${check} ${status}`);

test.each([
  'self',
  'admin',
] as const)('a healthy secret passes every check, and nothing changes: %s', async (login) => {
  await using world = await openScenario({ login });
  world.user.role = login === 'self' ? 'admin' : 'none';
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const before = structuredClone(world.store.latest(world.arn));
  const { ok, checks } = await preflight(world);
  expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(checks.map(({ remedy }) => remedy).join('')).toBe('');
  expect(ok).toBe(true);
  expect(new Set(checks.map(({ check }) => check))).toEqual(new Set(CHECK_NAMES));
  expect(structuredClone(world.store.latest(world.arn))).toEqual(before);
});

type Finding = [
  check: Check['check'],
  status: Check['status'],
  remedy: RegExp,
  spoil: (world: Scenario) => Promise<unknown> | unknown,
  options?: ScenarioOptions,
];

const put = (fields: object) => (world: Scenario) =>
  putByHand(world, { username: 'orders', password: 'the-first-password-1', ...fields });

const FINDINGS: Finding[] = [
  ['secret', 'fail', /put-secret-value/, (world) => putByHand(world, { password: 'x' })],
  ['clusters', 'fail', /put-parameter/, put({ clusters: ['us'] })],
  ['clusters', 'fail', /database-hosts/, put({ host: 'example.org', port: 1 })],
  ['user-tag', 'fail', /tag the secret/, put({ username: 'carts' })],
  [
    'rotation',
    'fail',
    /rotate-secret/,
    (world) =>
      world.store.write(world.arn, (secret) => Object.assign(secret, { rotationEnabled: false })),
  ],
  [
    'rotation',
    'fail',
    /rotate-secret/,
    (world) =>
      world.store.write(world.arn, (secret) =>
        Object.assign(secret, { rotationLambdaArn: 'arn:aws:lambda:us-east-1:1:function:other' }),
      ),
  ],
  [
    'labels',
    'fail',
    /take off labels/,
    (world) =>
      world.store.write(world.arn, ({ versions }) => {
        for (let label = 0; label < 12; label += 1) {
          [...versions.values()][0]?.stages.push(`LABEL-${label}`);
        }
      }),
  ],
  ['overlap', 'warn', /OVERLAP_SECONDS/, () => undefined, { settings: { OVERLAP_SECONDS: '0' } }],
  [
    'overlap',
    'fail',
    /rotate less often/,
    (world) => rotateSecret(world, world.arn, { schedule: 'rate(7 days)' }),
    { settings: { OVERLAP_SECONDS: String(29 * 86_400) } },
  ],
  [
    'name',
    'fail',
    /DNS/,
    (world) =>
      putParameters(world, {
        'api-endpoints': 'https://nowhere.invalid:9443',
        'database-hosts': '127.0.0.1',
      }),
  ],
  ['tcp', 'fail', /security groups/, (world) => world.api.close()],
  [
    'tls',
    'fail',
    /server-name/,
    (world) => putParameters(world, { 'server-name': 'another.example.com' }),
  ],
  [
    'certificate',
    'warn',
    /renew/,
    // The clock of this world; the certificates live by the clock of the machine.
    (world) => world.time.advance((Date.now() - world.time.now()) / 1_000 + 340 * 86_400),
  ],
  [
    'proof',
    'fail',
    /put the working password/,
    (world) => putByHand(world, { username: 'orders', password: 'wrong', ...endpointOf(world) }),
  ],
  [
    'login',
    'fail',
    /working login/,
    (world) =>
      (world.cluster.users.find(({ name }) => name === 'admin') ?? world.user).passwords.splice(0),
  ],
  ['version', 'fail', /"login": "self"/, setVersions('7.22.0-216', '7.22.0-95')],
  ['version', 'fail', /upgrade/, setVersions('7.4.6-22')],
  ['version', 'fail', /report a version/, setVersions('next')],
  [
    'permission',
    'fail',
    /admin/,
    (world) =>
      Object.assign(world.cluster.users.find(({ name }) => name === 'admin') ?? {}, {
        role: 'user_manager',
      }),
  ],
  [
    'user',
    'fail',
    /correct username/,
    (world) => world.cluster.users.splice(world.cluster.users.indexOf(world.user), 1),
  ],
  ['user', 'fail', /regular users/, (world) => Object.assign(world.user, { authMethod: 'sso' })],
  [
    'user',
    'fail',
    /reset the password/,
    (world) => Object.assign(world.user, { status: 'locked' }),
  ],
  [
    'password-policy',
    'fail',
    /PASSWORD_LENGTH/,
    (world) =>
      Object.assign(world.cluster.policy, { passwordComplexity: true, passwordMinLength: 33 }),
  ],
  [
    'lock-out',
    'warn',
    /login_lockout_threshold/,
    (world) => Object.assign(world.cluster.policy, { lockoutThreshold: 2 }),
  ],
  [
    'disconnect',
    'warn',
    /OVERLAP_SECONDS/,
    (world) => Object.assign(world.cluster.options, { disconnectOnRemoval: 'enabled' }),
  ],
  [
    'disconnect',
    'fail',
    /OVERLAP_SECONDS/,
    (world) => Object.assign(world.cluster.options, { disconnectOnRemoval: 'enabled' }),
    { settings: { OVERLAP_SECONDS: '0' } },
  ],
  [
    'disconnect',
    'unknown',
    /each database/,
    (world) => Object.assign(world.cluster.options, { disconnectOnRemoval: 'auto' }),
  ],
];

function setVersions(...softwareVersions: string[]) {
  return (world: Scenario) => Object.assign(world.cluster.options, { softwareVersions });
}

const endpointOf = (world: Scenario) => ({ host: '127.0.0.1', port: world.database.port });

test.each(
  FINDINGS,
)('%s: %s, with a remedy that says %s', async (check, status, remedy, spoil, options) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  await spoil(world);
  const found = await preflight(world);
  const [finding] = found.checks.filter((one) => one.check === check && one.status === status);
  expect(finding, statusOf(found).join(', ')).toBeDefined();
  expect(finding?.remedy).toMatch(remedy);
  expect(found.ok).toBe(status !== 'fail');
  for (const one of found.checks.filter(
    (one) => one.status !== 'pass' && one.status !== 'unknown',
  )) {
    expect(one.remedy, one.detail).not.toBe('');
  }
});

test('a login is tried once, and not at all with a password that a database refused', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  await putByHand(world, { username: 'orders', password: 'wrong', ...endpointOf(world) });
  const found = await preflight(world);
  expect(statusOf(found)).toEqual(expect.arrayContaining(['proof fail', 'login unknown']));
  expect(world.api.calls).toEqual([]);
  await putByHand(world, { username: 'orders', password: 'wrong' });
  expect(statusOf(await preflight(world))).toContain('login fail');
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
});

test('a secret that cannot be read is a finding, not an error', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => 'refused';
  const found = await preflight(world);
  expect(found.ok).toBe(false);
  expect(statusOf(found)).toContain('secret fail');
});

const GENERATIONS: [version: string, generation: string | undefined][] = [
  ['6.0.11-99', undefined],
  ['6.0.12-57', 'A'],
  ['7.4.6-272', 'A'],
  ['7.8.2-33', 'A'],
  ['7.8.2-34', 'B'],
  ['7.8.6-95', 'B'],
  ['7.8.6-118', 'B'],
  ['7.8.6-119', 'C'],
  ['7.8.7-1', 'C'],
  ['7.18.0-1', 'B'],
  ['7.22.0-95', 'B'],
  ['7.22.0-216', 'C'],
  ['7.22.2-14', 'C'],
  ['8.0.2-17', 'C'],
  ['100.0.21-16135', 'C'],
  ['8.2', undefined],
  ['', undefined],
];

test.each(GENERATIONS)('version %s is of generation %s', (version, generation) => {
  expect(generationOf(version)).toBe(generation);
});

test('of nodes that differ, the worst generation counts', () => {
  expect(worstOf(['C', 'B', 'A'])).toBe('B');
  expect(worstOf(['C', 'A'])).toBe('A');
  expect(worstOf(['C'])).toBe('C');
});
