import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conform } from './conformance/conformance.ts';
import { openRest } from './conformance/rest.ts';
import { DATABASES } from './databases.ts';
import { type ClusterOptions, setGeneration } from './sandbox/cluster.ts';
import { CLUSTER_NAME } from './sandbox/names.ts';
import { openWorld, type World } from './sandbox/world.ts';

const admin = ({ cluster }: World) => {
  const [found] = cluster.users;
  if (found === undefined) throw new Error('the world has no admin');
  return { name: found.name, password: found.passwords[0] ?? '' };
};

function targetOf(world: World) {
  const caCertificate = world.certificate.cert;
  const trusted = { caCertificate, serverName: CLUSTER_NAME };
  return {
    ...trusted,
    rest: openRest(`https://127.0.0.1:${world.api.port}`, trusted),
    admin: admin(world),
    database: { host: '127.0.0.1', port: world.database.port, isPlain: false },
  };
}

/** What a cluster with these options is observed to do, by question. */
async function observe(world: World): Promise<Record<string, string>> {
  const users = world.cluster.users.map(({ name }) => name);
  const before = admin(world);
  const { rows, left } = await conform(targetOf(world));
  expect(left).toEqual([]);
  expect(
    world.cluster.users.map(({ name }) => name),
    'only its own users went',
  ).toEqual(users);
  expect(admin(world), 'the admin is as it was').toEqual(before);
  expect(rows.filter(({ verdict }) => verdict === 'differs')).toEqual([]);
  return Object.fromEntries(rows.map(({ id, observed }) => [id, observed]));
}

/** Options of the sandbox, and what is seen of them. */
const OPTIONS: [options: Partial<ClusterOptions>, seen: Record<string, string>][] = [
  [
    {},
    {
      'delete-absent': '400',
      'delete-absent-beside-last': '400',
      'add-present': '400 new_password_same_as_current',
      'replace-present': '400 new_password_same_as_current',
      'delete-last': '400 cannot_delete_last_password, then a login 200',
      'how-many': '10 or more',
      'action-uid': 'no',
      'error-text': 'description',
      'user-manager': '403 unauthorized_action',
      'role-none': '403 unauthorized_action',
      'name-or-email': 'by name 200, by email 200',
      rules: '200',
      repeating: 'not tried: password_complexity is off',
      locked: '401',
      'locked-database': 'accepted',
      'add-unlocks': 'no',
      redirects: 'off',
      'database-refusal': 'refused',
      disconnect: 'no',
    },
  ],
  [
    { deleteAbsent: 200, addPresent: 'ok', passwordsMax: 4, actionUid: true },
    {
      'delete-absent': '200',
      'add-present': '200',
      'replace-present': '200',
      'how-many': '4, then 400',
      'action-uid': 'yes',
    },
  ],
  [
    { deleteAbsent: 404, lastPasswordFirst: true, errorText: 'message', noneMayUseApi: true },
    {
      'delete-absent': '404',
      'delete-absent-beside-last': '400 cannot_delete_last_password',
      'error-text': 'message',
      'role-none': '200',
    },
  ],
  [
    { userManagerMayChange: true, lockedStatus: 403, changeUnlocks: true, handleRedirects: true },
    { 'user-manager': '200', locked: '403', 'add-unlocks': 'yes', redirects: 'on' },
  ],
  [
    { lockedMayUseDatabases: false, disconnectOnRemoval: 'enabled' },
    { 'locked-database': 'refused', disconnect: 'yes' },
  ],
];

test.each(
  OPTIONS,
)('a cluster that is set to %o is reported as just that', async (options, seen) => {
  await using world = await openWorld({ database: 'built-in' });
  Object.assign(world.cluster.options, options);
  expect(await observe(world)).toMatchObject(seen);
});

const GENERATIONS = [
  ['A', { 'old-password': '400', authorize: 'in the body', version: '7.4.6-22' }],
  ['B', { 'whose-password': 'its own', 'user-manager': expect.stringContaining('not tried') }],
  ['C', { 'old-password': '200', 'whose-password': 'refused: 403 unauthorized_action' }],
] as const;

test.each(
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
  expect(await observe(world)).toMatchObject(seen);
});

test.each([
  ['in a row', 'today', 'yes'],
  ['in all', 'before 6.2.12', 'no'],
] as const)('rules that count repetition %s, of %s, are reported so', async (repeating, complexity, ends) => {
  await using world = await openWorld({ database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  Object.assign(world.cluster.options, { repeating, complexity });
  expect(await observe(world)).toMatchObject({
    rules: expect.stringContaining('not_complex'),
    repeating,
    ends,
  });
});

test('what differs from what is assumed is said', async () => {
  await using world = await openWorld({ database: 'built-in' });
  // It says one version and behaves as another: what a rotation must never meet.
  world.cluster.options.generation = 'B';
  const before = admin(world);
  const { rows, left } = await conform(targetOf(world));
  const differ = rows.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id);
  expect(differ).toEqual(['whose-password']);
  expect(admin(world), 'and the admin is as it was').toEqual(before);
  expect(left).toEqual([]);
});

test('users go even where the cluster fails in the middle, or are named', async () => {
  await using world = await openWorld({ database: 'built-in' });
  let deletions = 0;
  world.api.fault = ({ method, path }) => {
    if (method === 'PUT') return { status: 500 };
    if (method !== 'DELETE' || path === '/v1/users/password') return undefined;
    deletions += 1;
    return deletions === 1 ? { status: 500 } : undefined;
  };
  const { rows, left } = await conform(targetOf(world));
  expect(rows.some(({ observed }) => observed.startsWith('failed: '))).toBe(true);
  expect(left).toEqual([expect.stringMatching(/^rotation-conformance-[0-9a-f]{8}-\w+$/)]);
});

/** Runs the command, as an operator does. */
function run(world: World, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, world.certificate.cert);
  const api = `https://127.0.0.1:${world.api.port}`;
  const { name, password } = admin(world);
  const args = ['--api', api, '--admin', name, '--ca', ca, '--server-name', CLUSTER_NAME];
  const env = { ...process.env, REDIS_ENTERPRISE_PASSWORD: password };
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const command = ['test/conformance/conformance.ts', ...args, ...options];
    execFile(process.execPath, command, { env }, (error, out, err) => {
      rmSync(folder, { recursive: true });
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

test('the command prints a table of 80 columns, or JSON, and no password', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const database = `127.0.0.1:${world.database.port}`;
  const table = await run(world, '--database', database);
  expect([table.code, table.err]).toEqual([0, '']);
  expect(Math.max(...table.out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(table.out).toMatch(/\d+ questions, 0 answered otherwise than assumed\.\n$/);
  const json = await run(world, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ left: [], rows: expect.any(Array) });
  expect(json.out).toContain('not tried: --database is not given');
  expect(table.out + json.out).not.toContain(admin(world).password);
});

test('a wrong password or address ends the command with its reason', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.api.fault = () => ({ status: 401 });
  const refused = await run(world);
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining('GET /v1/nodes with 401'),
  ]);
  const typo = await run(world, '--database', 'nowhere');
  expect([typo.code, typo.err]).toEqual([2, expect.stringContaining('allowed is host:port')]);
});
