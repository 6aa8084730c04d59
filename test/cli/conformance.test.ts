import { expect, test } from 'vitest';
import { openBench } from '../../cli/conformance/bench.ts';
import { add, reset } from '../../cli/conformance/changes.ts';
import { conform } from '../../cli/conformance/conformance.ts';
import {
  COMPLEX_SEEN,
  DEFAULT_SEEN,
  OPTIONS_SEEN,
  type Seen,
} from '../../cli/conformance/expected.ts';
import { readOptions, USAGE, UsageError } from '../../cli/conformance/options.ts';
import { newPassword, passwordEndingInDigit } from '../../cli/conformance/password.ts';
import { drawReport, type Row, summary } from '../../cli/conformance/report.ts';
import { openRest } from '../../cli/conformance/rest.ts';
import type { Target } from '../../cli/conformance/target.ts';
import { widthOf } from '../../cli/terminal.ts';
import { addUser, setGeneration } from '../sandbox/cluster/cluster.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { DATABASES } from '../support/databases.ts';
import { runCommand, runOn } from './conformance-command.ts';

// Longer than the sandbox takes for anything, on a busy machine.
const PROPAGATION_MS = 1_500;

const OURS = /^rotation-conformance-[0-9a-f]{8}-(user|other|none|manager)$/;
const PASSWORD_PATH = '/v1/users/password';
const isRemoval = ({ method, path }: { method: string; path: string }) =>
  method === 'DELETE' && path !== PASSWORD_PATH;

function admin({ cluster }: World) {
  const [found] = cluster.users;
  if (found === undefined) throw new Error('the world has no admin');
  return { name: found.name, password: found.passwords[0] ?? '' };
}

function targetOf(world: World): Target {
  const trusted = { caCertificate: world.certificate.cert, serverName: CLUSTER_NAME };
  return {
    ...trusted,
    rest: openRest(`https://127.0.0.1:${world.api.port}`, trusted),
    admin: admin(world),
    database: { host: '127.0.0.1', port: world.database.port, isPlain: false },
    expired: undefined,
    propagationMs: PROPAGATION_MS,
  };
}

const namesOf = ({ cluster }: World) => cluster.users.map(({ name }) => name);

/** What it costs the admin that a run has been. */
const adminOf = ({ cluster: { users } }: World) => structuredClone(users[0]);

/** Runs all of it, and expects what every run has to leave behind. */
async function observe(world: World, target = targetOf(world)) {
  const before = { users: namesOf(world), admin: adminOf(world) };
  const outcome = await conform(target);
  expect(outcome.left).toEqual([]);
  expect({ users: namesOf(world), admin: adminOf(world) }, 'as it was').toEqual(before);
  return outcome;
}

/** Every row, with its verdict where that is not the one which the observation has by default. */
function seenIn(rows: Row[]): Seen {
  const entries = rows.map(({ id, observed, verdict }) => {
    const seen = observed.replace(/^after \d+ ms$/, 'after some ms');
    const usual = observed.startsWith('not tried: ') ? 'not tried' : 'as assumed';
    return [id, verdict === usual ? seen : `${verdict}: ${seen}`];
  });
  return Object.fromEntries(entries);
}

const seenOf = ({ rows }: { rows: Row[] }, id: string) => seenIn(rows)[id];

const VALUES = Object.entries(OPTIONS_SEEN).flatMap(([option, values]) =>
  values.map(([value, seen]) => ({ options: { [option]: value }, seen })),
);

// A run takes a second: several options are set for each, and so far apart in the table that no two
// of them answer the same question.
const RUNS = 7;
const SETTINGS = Array.from({ length: RUNS }, (_, run) => {
  const values = VALUES.filter((_value, index) => index % RUNS === run);
  return {
    options: Object.assign({}, ...values.map(({ options }) => options)),
    seen: Object.assign({}, ...values.map(({ seen }) => seen)),
  };
});

test.concurrent.each(
  SETTINGS,
)('a cluster that is set to $options is reported as just that', async ({ options, seen }) => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.policy.passwordComplexity = 'rules' in seen;
  Object.assign(world.cluster.options, options);
  const target = targetOf(world);
  if ('expired-database' in seen) {
    target.expired = { name: 'expired', password: 'of-last-year' };
    const passwords = ['of-last-year'];
    await addUser(world.cluster, { name: 'expired', passwords, status: 'password_expired' });
  }
  const { rows, ended } = await observe(world, target);
  expect(seenIn(rows)).toEqual({ ...DEFAULT_SEEN, ...seen });
  expect(ended).toBeUndefined();
});

const GENERATIONS = [
  ['legacy', { version: '7.4.6-22', 'old-password': '400', authorize: 'in the body' }],
  [
    'adminUnsafe',
    {
      version: '7.22.0-95',
      'whose-password': 'its own',
      'user-manager': 'not tried: an admin here could change itself',
      'add-unlocks': 'not tried: an admin here could change itself',
    },
  ],
  ['current', {}],
] as const;

test.concurrent.each(
  GENERATIONS.flatMap(([generation, seen]) =>
    DATABASES.map((database) => ({ generation, database, seen })),
  ),
)('generation $generation is reported as what it is, on $database', async ({
  generation,
  database,
  seen,
}) => {
  await using world = await openWorld({ database });
  setGeneration(world.cluster, generation);
  const { rows } = await observe(world);
  expect(seenIn(rows)).toEqual({ ...DEFAULT_SEEN, ...seen });
});

test.concurrent.each([
  40, 256,
])('rules that ask for %i characters are satisfied by every password', async (minLength) => {
  await using world = await openWorld({ database: 'built-in' });
  Object.assign(world.cluster.policy, { passwordComplexity: true, passwordMinLength: minLength });
  const { rows } = await observe(world);
  expect(seenIn(rows)).toEqual({ ...DEFAULT_SEEN, ...COMPLEX_SEEN });
});

test('rules that no password satisfies end it before a user is made', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.policy.passwordMinLength = 300;
  await expect(conform(targetOf(world))).rejects.toThrow('password_min_length is 300');
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test.each([8, 32, 96, 97, 192, 256])('passwords of at least %i characters repeat little', (min) => {
  for (const make of [newPassword, passwordEndingInDigit]) {
    const password = make({ password_min_length: min });
    expect(password.length).toBe(Math.max(32, min));
    for (const one of password) expect(password.split(one).length - 1).toBeLessThanOrEqual(3);
  }
});

test.concurrent.each([
  [['7.4.6-22', '7.22.0-95'], '7.4.6-22, 7.22.0-95', 'differs: refused: 403 unauthorized_action'],
  [['5.0.0-1'], 'differs: 5.0.0-1', 'refused: 403 unauthorized_action'],
])('of nodes that run %j the admin changes no password', async (versions, seen, whose) => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.softwareVersions = versions;
  const { rows } = await observe(world);
  expect(seenIn(rows)).toEqual({
    ...DEFAULT_SEEN,
    version: seen,
    'whose-password': whose,
    'user-manager': 'not tried: an admin here could change itself',
    'add-unlocks': 'not tried: an admin here could change itself',
  });
  const changes = world.api.calls.filter(({ path }) => path === PASSWORD_PATH);
  expect(changes.filter(({ login }) => login === 'admin')).toEqual([]);
});

test('a cluster of one version that behaves as another is found out', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.generation = 'adminUnsafe';
  const { rows } = await observe(world);
  const differ = rows.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id);
  expect(differ).toEqual(['whose-password']);
});

// What makes the first trial worth nothing, on a cluster whose admins change themselves.
const MISLEADING: [what: string, mislead: (world: World) => void, why: string][] = [
  [
    'fails',
    ({ api }) => {
      api.fault = ({ method, path }) =>
        method === 'PUT' && path !== PASSWORD_PATH ? { status: 503 } : undefined;
    },
    'failed: the cluster answered PUT /v1/users/{uid} with 503',
  ],
  [
    'is refused for another reason',
    ({ api }) => {
      api.fault = ({ method, path }) =>
        method === 'POST' && path === PASSWORD_PATH ? { status: 403 } : undefined;
    },
    'not known: 403, and for itself 403',
  ],
  [
    'is refused once, by chance',
    ({ api }) => {
      let changes = 0;
      api.fault = ({ path }) => {
        if (path === PASSWORD_PATH) changes += 1;
        return path === PASSWORD_PATH && changes === 1 ? { status: 403 } : undefined;
      };
    },
    'not known: 403, and when asked again 200',
  ],
  [
    'is asked by a user that may not use the API',
    ({ api }) => {
      const body = JSON.stringify([{ uid: 7, management: 'db_viewer' }]);
      api.fault = ({ path }) => (path === '/v1/roles' ? { status: 200, body } : undefined);
    },
    'not known: the user that asks has the role none',
  ],
  [
    'is asked by a user that may not log in',
    ({ api }) => {
      api.fault = ({ path }) => (path === '/v1/users/authorize' ? { status: 403 } : undefined);
    },
    'not known: the user that asks gets 403 at login',
  ],
];

test.each(
  MISLEADING,
)('a first trial that %s ends the run, the admin unchanged', async (_, mislead, why) => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.generation = 'adminUnsafe';
  mislead(world);
  const { rows, ended } = await observe(world);
  expect(rows.at(-1)?.id).toBe('whose-password');
  expect(seenOf({ rows }, 'whose-password')).toBe(`differs: ${why}`);
  expect(ended).toMatch(/^stopped, with nothing of the admin changed: .* \(.+\)$/);
});

test('until the first trial has an answer the user changes its own passwords', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.generation = 'adminUnsafe';
  const before = adminOf(world);
  const bench = await openBench(targetOf(world), [], new AbortController().signal);
  await add(bench, await reset(bench));
  expect(adminOf(world)).toEqual(before);
  expect(world.cluster.users.find(({ uid }) => uid === bench.user.uid)?.passwords).toHaveLength(2);
});

test('users go where their list fails, a DELETE is lost, or the reply to a creation', async () => {
  await using world = await openWorld({ database: 'built-in' });
  let [removals, creations] = [0, 0];
  world.api.fault = (call) => {
    if (isRemoval(call)) {
      removals += 1;
      return removals === 1 ? 'request lost' : undefined;
    }
    if (call.path !== '/v1/users') return undefined;
    if (call.method === 'GET') return removals < 4 ? { status: 500 } : undefined;
    creations += 1;
    return creations === 4 ? 'reply lost' : undefined;
  };
  const { ended } = await observe(world);
  expect(ended).toBeDefined();
});

test.each([
  ['refused', 401, 1],
  ['failing', 500, 24],
])('where the removal is %s, the users are named', async (_, status, removals) => {
  await using world = await openWorld({ database: 'built-in' });
  let asked = 0;
  world.api.fault = (call) => {
    if (isRemoval(call)) asked += 1;
    const isList = asked > 0 && call.method === 'GET' && call.path === '/v1/users';
    return isRemoval(call) || isList ? { status } : undefined;
  };
  const { left } = await conform({ ...targetOf(world), database: undefined });
  expect(left).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(OURS)));
  expect(asked).toBe(removals);
});

test('a wrong password costs one refused login, and nothing is removed', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const target = targetOf(world);
  target.admin.password = 'wrong';
  await expect(conform(target)).rejects.toThrow(/refused the login of admin with 401/);
  expect(world.cluster.users[0]?.refusedAt).toHaveLength(1);
  expect(world.api.calls).toHaveLength(1);
});

test('a cluster without Basic authentication is told of after one request', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.basicAuthentication = false;
  await expect(conform(targetOf(world))).rejects.toThrow('control_plane_basic_authentication');
  expect(world.api.calls).toHaveLength(1);
});

test('a password that is refused in the middle ends the run', async () => {
  await using world = await openWorld({ database: 'built-in' });
  let changes = 0;
  world.api.fault = ({ path }) => {
    if (path !== PASSWORD_PATH) return undefined;
    changes += 1;
    const user = world.cluster.users[0];
    if (changes === 5 && user !== undefined) user.passwords = ['changed-by-somebody'];
    return undefined;
  };
  const { ended, left } = await conform(targetOf(world));
  expect(ended).toContain('refused the login of admin with 401');
  expect(left).toHaveLength(4);
  expect(world.cluster.users[0]?.refusedAt.length).toBeLessThan(3);
});

test('connections that are closed a while after the deletion are seen to be', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  world.proxy.delayMs = 200;
  expect(seenOf(await observe(world), 'disconnect')).toBe('yes');
});

test.each(
  DATABASES,
)('a role without PING keeps no connection from being seen open, on %s', async (kind) => {
  await using world = await openWorld({ database: kind });
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = (user) => onPasswords({ ...user, acl: '+get +set' });
  expect(seenOf(await observe(world), 'disconnect')).toBe('no');
});

test('connections that stay open against the setting are a difference', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = (user) => onPasswords({ ...user, disconnects: false });
  expect(seenOf(await observe(world), 'disconnect')).toBe('differs: no');
});

/** A world in which the API tells of other roles, or of a database with other roles. */
async function worldWith(replies: Record<string, object[]>) {
  const world = await openWorld({ database: 'built-in' });
  world.api.fault = ({ path }) =>
    path in replies ? { status: 200, body: JSON.stringify(replies[path]) } : undefined;
  return world;
}

test('a database of administrators is not tried, and nobody is made one', async () => {
  const roles_permissions = [{ role_uid: 1 }];
  const bdbs: object[] = [];
  await using world = await worldWith({ '/v1/bdbs': bdbs });
  bdbs.push({ endpoints: [{ port: world.database.port }], roles_permissions });
  const made: string[] = [];
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    const role = world.cluster.users.find(({ name }) => name === user.name)?.role;
    if (role !== undefined) made.push(role);
    await onPasswords(user);
  };
  const outcome = await observe(world);
  expect(made).not.toContain('admin');
  expect(seenOf(outcome, 'disconnect')).toBe(
    'not tried: the database has no role but those of administrators',
  );
});

test('what needs a role that the cluster lacks is not tried', async () => {
  await using world = await worldWith({ '/v1/roles': [{ uid: 3, management: 'cluster_viewer' }] });
  const outcome = await observe(world, { ...targetOf(world), database: undefined });
  expect(seenOf(outcome, 'role-none')).toBe('not tried: the cluster has no role none');
  expect(seenOf(outcome, 'user-manager')).toBe('not tried: the cluster has no role user_manager');
  expect(seenOf(outcome, 'add')).toBe(DEFAULT_SEEN.add);
});

test('a cluster with roles of administrators alone is not tried at all', async () => {
  await using world = await worldWith({ '/v1/roles': [{ uid: 1, management: 'admin' }] });
  await expect(conform(targetOf(world))).rejects.toThrow('no role of management');
  expect(namesOf(world)).toEqual(['admin']);
});

test('the report is a table of 80 columns', () => {
  const rows: Row[] = [
    {
      id: 'delete-last',
      question: 'Is the last password protected?',
      documented: 'cannot_delete_last_password',
      assumed: 'protected',
      observed: '400 cannot_delete_last_password',
      verdict: 'as assumed',
    },
    {
      id: 'rules',
      question: 'Are there any?',
      documented: '',
      assumed: 'yes',
      observed: '200',
      verdict: 'differs',
    },
  ];
  const rule = '--------------------  ----------------  ----------------  ------------  --------';
  expect(drawReport(rows, (_style, text) => text)).toEqual([
    'question              this cluster      documentation     we assume     fits?',
    rule,
    'delete-last           400               cannot_delete_    protected     yes',
    'Is the last password  cannot_delete_    last_password',
    'protected?            last_password',
    rule,
    'rules                 200               nothing           yes           no',
    'Are there any?',
  ]);
  expect(summary(rows, 3)).toBe(
    '2 of 3 questions: 1 as assumed, 1 otherwise (rules), 0 not tried.',
  );
});

test('the command prints a table of 80 columns, or JSON, and no password', async () => {
  await using world = await openWorld({ database: 'built-in' });
  // Where nothing is waited for in vain, it does not take its 30 seconds.
  world.cluster.options.disconnectOnRemoval = 'enabled';
  world.cluster.options.lockedMayUseDatabases = false;
  const table = await runOn(world, '--database', `127.0.0.1:${world.database.port}`).ended;
  expect([table.code, table.err]).toEqual([0, '']);
  expect(widthOf(table.out)).toBeLessThanOrEqual(80);
  expect(table.out).toMatch(/31 questions: 28 as assumed, 0 otherwise, 3 not tried\.\n$/);
  const json = await runOn(world, '--json').ended;
  const outcome = JSON.parse(json.out);
  expect([json.code, outcome.left, Object.keys(seenIn(outcome.rows))]).toEqual([
    0,
    [],
    Object.keys(DEFAULT_SEEN),
  ]);
  for (const { out, err } of [table, json]) expect(out + err).not.toContain(admin(world).password);
});

test('users that are left are named with what to do, and the command fails', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.api.fault = (call) => (isRemoval(call) ? { status: 500 } : undefined);
  const { code, out, err } = await runOn(world, '--json').ended;
  const { left } = JSON.parse(out);
  expect([code, left]).toEqual([1, namesOf(world).slice(1)]);
  expect(left).toHaveLength(4);
  expect(err).toContain(`these users may be left: ${left.join(', ')}\nremove them in the Cluster`);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('after %s, however often, users go and it is said', async (signal, code) => {
  await using world = await openWorld({ database: 'built-in' });
  const command = runOn(world, '--json');
  let changes = 0;
  world.api.fault = (call) => {
    if (call.path === PASSWORD_PATH) changes += 1;
    if (isRemoval(call) || changes === 3) command.kill(signal);
    return undefined;
  };
  const ended = await command.ended;
  const said = `${signal}: what was made is removed first\nbroken off by ${signal}\n`;
  expect([ended.code, ended.err]).toEqual([code, said]);
  expect(JSON.parse(ended.out)).toMatchObject({ left: [], ended: `broken off by ${signal}` });
  expect(namesOf(world)).toEqual(['admin']);
});

const REQUIRED = ['--api', 'https://127.0.0.1:1', '--admin', 'me'];

test('at the end of standard input no password was given', async () => {
  const { code, err } = await runCommand(REQUIRED).ended;
  expect([code, err]).toEqual([2, 'password of me: \nno password of me was given\n']);
});

test('help is the usage', async () => {
  const { code, out, err } = await runCommand(['--help']).ended;
  expect([code, out, err]).toEqual([0, `${USAGE}\n`, '']);
});

test.each([
  [['--database', 'nowhere'], '--database is nowhere, allowed is host:port'],
  [['--ca', '/nowhere'], '--ca /nowhere cannot be read: ENOENT'],
  [['--ca', 'package.json'], '--ca package.json has no PEM certificate'],
  [['--expired', 'me'], '--expired needs the password in REDIS_ENTERPRISE_EXPIRED_PASSWORD'],
  [['--what'], "Unknown option '--what'"],
  [['--api', 'http://127.0.0.1'], 'give --api https://host:9443 and --admin'],
])('%j is refused by name', (args, message) => {
  expect(() => readOptions([...REQUIRED, ...args], {})).toThrow(message);
  expect(() => readOptions([...REQUIRED, ...args], {})).toThrow(UsageError);
});

test('what is not understood is answered with the usage', async () => {
  const { code, err } = await runCommand(['--admin', 'me']).ended;
  expect([code, err]).toEqual([2, `give --api https://host:9443 and --admin\n${USAGE}\n`]);
});

test('a cluster that cannot be reached is told of without the usage, and no users', async () => {
  const variables = { REDIS_ENTERPRISE_PASSWORD: 'secret' };
  const { code, err } = await runCommand(REQUIRED, variables).ended;
  expect([code, err]).toEqual([2, 'connect ECONNREFUSED 127.0.0.1:1\n']);
});

test('a cluster that takes emails alone is reported as that', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.options.identifies = 'email';
  const { rows } = await observe(world, {
    ...targetOf(world),
    admin: { ...admin(world), name: 'admin@sandbox.test' },
  });
  expect(rows.find(({ id }) => id === 'name-or-email')?.observed).toBe('by name 401, by email 200');
});
