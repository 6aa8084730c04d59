import { expect, test } from 'vitest';
import { addUser, setGeneration } from '../sandbox/cluster/cluster.ts';
import { DATABASES } from '../support/databases.ts';
import { answersIn, observe, openConformanceWorld, trialsNamed } from './conformance-world.ts';
import {
  ANSWERS_BY_OPTION,
  type Answers,
  COMPLEX_ANSWERS,
  DEFAULT_ANSWERS,
} from './expected-answers.ts';

const VALUES = Object.entries(ANSWERS_BY_OPTION).flatMap(([option, values]) =>
  values.map(([value, answers]) => ({ options: { [option]: value }, answers })),
);

// A run takes about a second, so that each run sets several options. Options that change the same
// answer are at most three lines apart in the table, and so in different runs.
const RUNS = 4;
const SETTINGS = Array.from({ length: RUNS }, (_, run) => {
  const values = VALUES.filter((_value, index) => index % RUNS === run);
  return {
    options: Object.assign({}, ...values.map(({ options }) => options)),
    answers: Object.assign({}, ...values.map(({ answers }) => answers)) as Answers,
  };
});

test.each(SETTINGS)('reports the options of a cluster: $options', async ({ options, answers }) => {
  await using world = await openConformanceWorld();
  world.cluster.policy.passwordComplexity = 'rules' in answers;
  Object.assign(world.cluster.options, options);
  if ('expired-database' in answers) {
    world.target.expired = { name: 'expired', password: 'of-last-year' };
    const passwords = ['of-last-year'];
    await addUser(world.cluster, { name: 'expired', passwords, status: 'password_expired' });
  }
  const outcome = await observe(world);
  expect(answersIn(outcome)).toEqual({ ...DEFAULT_ANSWERS, ...answers });
  expect(outcome.ended).toBeUndefined();
});

const NOT_AS_ADMIN = 'not tried: an admin here could change its own password';

const GENERATIONS = [
  ['legacy', { version: '7.4.6-22', 'old-password': '400', authorize: 'in the body' }],
  [
    'adminUnsafe',
    {
      version: '7.22.0-95',
      'whose-password': 'its own',
      'user-manager': NOT_AS_ADMIN,
      'add-unlocks': NOT_AS_ADMIN,
    },
  ],
  ['current', {}],
] as const;

test.each(GENERATIONS)('reports generation %s', async (generation, answers) => {
  await using world = await openConformanceWorld();
  setGeneration(world.cluster, generation);
  expect(answersIn(await observe(world))).toEqual({ ...DEFAULT_ANSWERS, ...answers });
});

test('reports a cluster that does not behave as its version says', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.generation = 'adminUnsafe';
  const { rows } = await observe(world);
  const differ = rows.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id);
  expect(differ).toEqual(['whose-password']);
});

test('reports a cluster whose PUT rejects the login by name', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.putRejectsNames = true;
  const answers = answersIn(await observe(world, trialsNamed('whose-password', 'put-by-name')));
  expect(answers['put-by-name']).toBe('by name 401, by email 200');
});

test('reports a cluster that accepts emails but no names', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.identifies = 'email';
  world.target.admin.name = 'admin@sandbox.test';
  const answers = answersIn(await observe(world, trialsNamed('name-or-email')));
  expect(answers).toEqual({ 'name-or-email': 'by name 401, by email 200' });
});

test.each([40, 256])('satisfies rules that require %i characters', async (minLength) => {
  await using world = await openConformanceWorld();
  Object.assign(world.cluster.policy, { passwordComplexity: true, passwordMinLength: minLength });
  expect(answersIn(await observe(world))).toEqual({ ...DEFAULT_ANSWERS, ...COMPLEX_ANSWERS });
});

const DISCONNECT = trialsNamed('whose-password', 'disconnect');

test('reports connections that the cluster closes some time after the deletion', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.disconnectOnRemoval = 'enabled';
  world.proxy.delayMs = 200;
  expect(answersIn(await observe(world, DISCONNECT)).disconnect).toBe('yes');
});

test.each(DATABASES)('reports open connections of a role without PING on %s', async (database) => {
  await using world = await openConformanceWorld(database);
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = (user) => onPasswords({ ...user, acl: '+get +set' });
  expect(answersIn(await observe(world, DISCONNECT)).disconnect).toBe('no');
});

test('reports connections that stay open although the cluster is set to close them', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.disconnectOnRemoval = 'enabled';
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = (user) => onPasswords({ ...user, disconnects: false });
  expect(answersIn(await observe(world, DISCONNECT)).disconnect).toBe('differs: no');
});
