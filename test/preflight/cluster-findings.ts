import type { ClusterOptions } from '../sandbox/cluster/cluster.ts';
import type { ClusterPolicy, ClusterUser } from '../sandbox/cluster/users.ts';
import type { Fault } from '../sandbox/fault.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Finding } from './finding.ts';

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^`{|}~';

// The function reads at most 16 MiB of users.
const OVER_LIMIT_BYTES = 17 * 2 ** 20;

const failEveryCall = (fault: Fault) => (world: Scenario) => {
  world.api.fault = () => fault;
};

const failCall = (failing: string, fault: Fault) => (world: Scenario) => {
  world.api.fault = ({ path }) => (path === failing ? fault : undefined);
};

const setOptions = (options: Partial<ClusterOptions>) => (world: Scenario) =>
  Object.assign(world.cluster.options, options);

const setPolicy = (policy: Partial<ClusterPolicy>) => (world: Scenario) =>
  Object.assign(world.cluster.policy, policy);

const setUser = (fields: Partial<ClusterUser>) => (world: Scenario) =>
  Object.assign(world.user, fields);

const setAdministrator = (fields: Partial<ClusterUser>) => (world: Scenario) =>
  Object.assign(world.cluster.users.find(({ name }) => name === 'admin') ?? {}, fields);

function deleteUser({ cluster, user }: Scenario): void {
  cluster.users.splice(cluster.users.indexOf(user), 1);
}

const LOGIN_FINDINGS: Finding[] = [
  ['login', 'fail', /handle_redirects/, failEveryCall({ status: 307 })],
  ['login', 'fail', /a role that permits this/, failEveryCall({ status: 403 })],
  ['login', 'fail', /valid login/, setAdministrator({ passwords: [] })],
  [
    'version',
    'fail',
    /"login": "self"/,
    setOptions({ softwareVersions: ['7.22.0-216', '7.22.0-95'] }),
  ],
  ['version', 'fail', /6.0.12 or later/, setOptions({ softwareVersions: ['next'] })],
  ['permission', 'fail', /admin/, setAdministrator({ role: 'user_manager' })],
];

const USER_FINDINGS: Finding[] = [
  [
    'user',
    'unknown',
    /Cluster Manager/,
    (world) => {
      const body = JSON.stringify('x'.repeat(OVER_LIMIT_BYTES));
      failCall('/v1/users', { status: 200, body })(world);
    },
  ],
  ['user', 'fail', /correct username/, deleteUser],
  ['user', 'fail', /regular users/, setUser({ authMethod: 'sso' })],
  ['user', 'fail', /if locked, wait/, setUser({ status: 'locked' })],
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
      failCall('/v1/crdbs', { status: 500 })(world);
    },
  ],
  ['managed', 'unknown', /Cluster Manager/, failCall('/v1/cluster', { status: 403 })],
];

const POLICY_FINDINGS: Finding[] = [
  [
    'password-policy',
    'unknown',
    /Cluster Manager/,
    failCall('/v1/cluster', { status: 200, body: '<html>' }),
  ],
  [
    'password-policy',
    'unknown',
    /Cluster Manager/,
    failCall('/v1/cluster', {
      status: 200,
      body: JSON.stringify({ password_complexity: true, password_min_length: 'leak' }),
    }),
  ],
  [
    'password-policy',
    'fail',
    /EXCLUDE_CHARACTERS/,
    setPolicy({ passwordComplexity: true }),
    { settings: { EXCLUDE_CHARACTERS: PUNCTUATION } },
  ],
  ['lockout', 'warn', /login_lockout_threshold/, setPolicy({ lockoutThreshold: 2 })],
  ['disconnect', 'warn', /OVERLAP_SECONDS/, setOptions({ disconnectOnRemoval: 'enabled' })],
  [
    'disconnect',
    'fail',
    /OVERLAP_SECONDS/,
    setOptions({ disconnectOnRemoval: 'enabled' }),
    { settings: { OVERLAP_SECONDS: '0' } },
  ],
  ['disconnect', 'unknown', /each database/, setOptions({ disconnectOnRemoval: 'auto' })],
];

export const CLUSTER_FINDINGS: Finding[] = [
  ...LOGIN_FINDINGS,
  ...USER_FINDINGS,
  ...POLICY_FINDINGS,
];
