import type { Check } from '../../lambda/preflight/check.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { putByHand, type Scenario, type ScenarioOptions } from '../support/scenario.ts';

/** A mistake, and what preflight makes of it. */
export type Finding = [
  check: Check['check'],
  status: Check['status'],
  remedy: RegExp,
  spoil: (world: Scenario) => Promise<unknown> | unknown,
  options?: ScenarioOptions,
];

const put = (fields: object) => (world: Scenario) =>
  putByHand(world, { username: 'orders', password: 'the-first-password-1', ...fields });

/** Every check, failing; each mistake is made in a healthy world. */
export const FINDINGS: Finding[] = [
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
    'verification',
    'fail',
    /put the valid password/,
    (world) => putByHand(world, { username: 'orders', password: 'wrong', ...endpointOf(world) }),
    { login: 'self' },
  ],
  [
    // An admin's rotation mends it.
    'verification',
    'warn',
    /put the valid password/,
    (world) => putByHand(world, { username: 'orders', password: 'wrong', ...endpointOf(world) }),
  ],
  [
    'verification',
    'fail',
    /put the password into the secret/,
    (world) => putByHand(world, { username: 'orders', ...endpointOf(world) }),
    { login: 'self' },
  ],
  [
    'rotation',
    'warn',
    /run replaceAll again/,
    (world) =>
      world.store.write(world.arn, ({ versions }) => {
        [...versions.values()][0]?.stages.push('REPLACING');
      }),
  ],
  [
    'login',
    'fail',
    /handle_redirects/,
    (world) => {
      world.api.fault = () => ({ status: 307 });
    },
  ],
  [
    'login',
    'fail',
    /a role that may do this/,
    (world) => {
      world.api.fault = () => ({ status: 403 });
    },
  ],
  [
    'password-policy',
    'unknown',
    /Cluster Manager/,
    (world) => {
      world.api.fault = ({ path }) =>
        path === '/v1/cluster' ? { status: 200, body: '<html>' } : undefined;
    },
  ],
  [
    'password-policy',
    'unknown',
    /Cluster Manager/,
    (world) => {
      const body = JSON.stringify({ password_complexity: true, password_min_length: 'leak' });
      world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 200, body } : undefined);
    },
  ],
  [
    'user',
    'unknown',
    /Cluster Manager/,
    (world) => {
      const body = JSON.stringify('x'.repeat(17 * 2 ** 20));
      world.api.fault = ({ path }) => (path === '/v1/users' ? { status: 200, body } : undefined);
    },
  ],
  [
    'login',
    'fail',
    /valid login/,
    (world) =>
      (world.cluster.users.find(({ name }) => name === 'admin') ?? world.user).passwords.splice(0),
  ],
  ['version', 'fail', /"login": "self"/, setVersions('7.22.0-216', '7.22.0-95')],
  ['version', 'fail', /6.0.12 or later/, setVersions('next')],
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
    /EXCLUDE_CHARACTERS/,
    (world) => Object.assign(world.cluster.policy, { passwordComplexity: true }),
    { settings: { EXCLUDE_CHARACTERS: '!"#$%&\'()*+,-./:;<=>?@[\\]^`{|}~' } },
  ],
  [
    'managed',
    'warn',
    /kubectl get redisenterpriseusers/,
    (world) => Object.assign(world.cluster, { name: 'rec.redis.svc.cluster.local' }),
  ],
  [
    'managed',
    'warn',
    /crdb-cli crdb update/,
    (world) => {
      world.cluster.activeActive = [{ guid: 'guid-1', name: 'orders' }];
      world.user.role = 'admin';
    },
  ],
  [
    'managed',
    'unknown',
    /Cluster Manager/,
    (world) => {
      world.user.role = 'admin';
      world.api.fault = ({ path }) => (path === '/v1/crdbs' ? { status: 500 } : undefined);
    },
  ],
  [
    'managed',
    'unknown',
    /Cluster Manager/,
    (world) => {
      world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
    },
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

export const endpointOf = (world: Scenario) => ({ host: '127.0.0.1', port: world.database.port });
