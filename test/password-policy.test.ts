import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complexPassword } from '../lambda/complex-password.ts';
import { isComplex } from './sandbox/password-complexity.ts';
import { rotateSecret } from './sandbox/setup.ts';
import { openScenario, passwordOf, type Scenario } from './scenario.ts';

const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const PUNCTUATION = PRINTABLE.filter((one) => /[^A-Za-z0-9]/.test(one));
const DEFAULT_EXCLUDED = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

/** Every reading of the documented rules. */
const READINGS = (['in a row', 'in all'] as const).flatMap((repeating) =>
  (['today', 'before 6.2.12'] as const).map((complexity) => ({ repeating, complexity })),
);

const names = fc.stringMatching(/^[ -!#-%'-;=?-~]{1,40}$/).filter((name) => name.trim() !== '');
const emails = fc.oneof(fc.constant(''), fc.emailAddress());
const exclusions = fc.subarray(PRINTABLE).map((some) => some.join(''));

/** Random characters, as GetRandomPassword gives them. */
const drawn = (excluded: string, seed: number) => {
  const allowed = PRINTABLE.filter((one) => !excluded.includes(one));
  let state = seed;
  return Array.from({ length: 4_096 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return allowed[(state >>> 8) % Math.max(allowed.length, 1)] ?? '';
  }).join('');
};

function satisfiesAll(password: string, length: number, user: { name: string; email: string }) {
  const policy = { passwordComplexity: true, passwordMinLength: length };
  return READINGS.every((options) =>
    isComplex(password, user, { policy, options } as Parameters<typeof isComplex>[2]),
  );
}

/** Whether some password must be found: characters to spare, of each type, that no name needs. */
function hasRoom(excluded: string, length: number, ...words: string[]): boolean {
  const taken = `${excluded}${words.join('').toLowerCase()}${words.join('').toUpperCase()}`;
  const left = PRINTABLE.filter((one) => !taken.includes(one));
  const types = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];
  return left.length * 3 >= length + 9 && types.every((type) => left.some((one) => type.test(one)));
}

test('letters that are used up do not keep a password from its end', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const excluded = PRINTABLE.filter((one) => !'aB0123456789-'.includes(one)).join('');
      expect(complexPassword(drawn(excluded, seed), 32, ['orders'])).toBeDefined();
    }),
  );
});

test('a name of one letter stands at neither end', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(complexPassword(drawn('', seed), 8, ['D'])).toMatch(/^[^Dd]{8}$/);
    }),
  );
});

test('a length that needs more characters than there are says so', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setPolicy(world, 200);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'setting_invalid',
      message: expect.stringContaining('hint: allow 67 characters or more, of which 65 are left'),
    },
  });
});

test('an admin that cannot see whether the user is a regular one changes nothing', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.user.authMethod = 'entraid';
  world.api.fault = ({ path }) => (path === '/v1/users' ? { status: 500 } : undefined);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_reply_unexpected' },
  });
  expect(world.user.passwords).toHaveLength(1);
});

test('a password satisfies every reading of the rules, or there is none', () => {
  fc.assert(
    fc.property(
      fc.record({ name: names, email: emails, excluded: exclusions }),
      fc.integer({ min: 8, max: 256 }),
      fc.integer(),
      ({ name, email, excluded }, length, seed) => {
        const found = complexPassword(drawn(excluded, seed), length, [name, email || name]);
        if (found === undefined)
          return void expect(hasRoom(excluded, length, name, email)).toBe(false);
        expect(found).toHaveLength(length);
        expect([...excluded].filter((one) => found.includes(one))).toEqual([]);
        expect(satisfiesAll(found, length, { name, email })).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('with the default settings there is one for every name, up to 128 characters', () => {
  fc.assert(
    fc.property(
      names.filter((name) => name.length > 1),
      emails,
      fc.integer({ min: 16, max: 128 }),
      fc.integer(),
      (name, email, length, seed) => {
        const words = [name, email || name];
        expect(complexPassword(drawn(DEFAULT_EXCLUDED, seed), length, words)).toBeDefined();
      },
    ),
    { numRuns: 300 },
  );
});

function setPolicy({ cluster }: Scenario, minLength: number): void {
  Object.assign(cluster.policy, { passwordComplexity: true, passwordMinLength: minLength });
}

test('a rotation satisfies every reading of the rules that it reads, or names the setting', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...READINGS),
      fc.constantFrom(8, 32, 60, 128, 200, 256),
      fc.constantFrom('', DEFAULT_EXCLUDED, PUNCTUATION.join(''), PUNCTUATION.slice(3).join('')),
      fc.constantFrom('self' as const, 'admin' as const),
      async (reading, minLength, excluded, login) => {
        const settings = { EXCLUDE_CHARACTERS: excluded };
        await using world = await openScenario({ login, settings, database: 'built-in' });
        setPolicy(world, minLength);
        Object.assign(world.cluster.options, reading);
        world.driver.attempts = 1;
        const { outcome, error } = await rotateSecret(world, world.arn);
        outcomes.add(outcome);
        if (outcome === 'succeeded') {
          const length = Math.max(32, minLength);
          expect(passwordOf(world, 'AWSCURRENT')).toHaveLength(length);
        } else {
          expect(error).toMatchObject({
            code: 'setting_invalid',
            message: expect.stringContaining('environment variable EXCLUDE_CHARACTERS leaves no'),
          });
          expect(world.user.passwords).toHaveLength(1);
        }
      },
    ),
    { numRuns: 40 },
  );
  expect([...outcomes].sort()).toEqual(['failed', 'succeeded']);
});

test('settings that satisfy no rules do where the cluster has none', async () => {
  const settings = { EXCLUDE_CHARACTERS: PUNCTUATION.join('') };
  await using world = await openScenario({ settings, database: 'built-in' });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(passwordOf(world, 'AWSCURRENT')).toMatch(/^[A-Za-z0-9]{32}$/);
});

test('a login that may not read the rules gets a password that satisfies them all the same', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  setPolicy(world, 32);
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test.each([
  'certificate',
  'entraid',
  'sso',
] as const)('a user of auth_method %s is refused before anything changes', async (authMethod) => {
  await using world = await openScenario({ database: 'built-in' });
  world.user.authMethod = authMethod;
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'cluster_user_not_regular',
      message: expect.stringContaining(`auth_method of the user is ${authMethod}`),
    },
  });
  expect(world.user.passwords).toHaveLength(1);
  expect(passwordOf(world, 'AWSPENDING')).toBeUndefined();
});
