import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateComplex, generateSimple } from '../../lambda/password/complexity.ts';
import { seeded } from '../faults/random.ts';
import { isComplex } from '../sandbox/cluster/password-complexity.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, passwordOf, type Scenario } from '../support/scenario.ts';

// The same values each time.
fc.configureGlobal({ seed: 20_261_125 });

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

/** Draws as the function does, the same again for the same seed. */
const drawn = (excluded: string, length: number, words: string[], seed: number) => {
  const random = seeded(seed);
  return generateComplex({ length, excluded, words }, (max) => Math.floor(random() * max));
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
      expect(drawn(excluded, 32, ['orders'], seed)).toBeDefined();
    }),
  );
});

test('a name of one letter stands at neither end', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(drawn('', 8, ['D'], seed)).toMatch(/^[^Dd]{8}$/);
    }),
  );
});

test('each lowercase letter is drawn equally often', () => {
  const random = seeded(1);
  const wanted = { length: 16, excluded: DEFAULT_EXCLUDED, words: [] };
  const draw = () => generateComplex(wanted, (max) => Math.floor(random() * max));
  const counts = new Map<string, number>();
  for (let run = 0; run < 4_000; run += 1) {
    for (const one of draw()?.slice(1, -1) ?? '') counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const letters = [...counts].filter(([one]) => /[a-z]/.test(one)).map(([, count]) => count);
  expect(letters).toHaveLength(26);
  const mean = letters.reduce((sum, count) => sum + count, 0) / letters.length;
  for (const count of letters) expect(Math.abs(count - mean) / mean).toBeLessThan(0.15);
});

test('a password without rules has each type that is not excluded', () => {
  for (const excluded of ['', DEFAULT_EXCLUDED, PUNCTUATION.join('')]) {
    const password = generateSimple({ length: 16, excluded });
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{16}$/);
    expect([...password].some((one) => excluded.includes(one))).toBe(false);
  }
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
        const found = drawn(excluded, length, [name, email || name], seed);
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
        expect(drawn(DEFAULT_EXCLUDED, length, words, seed)).toBeDefined();
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
