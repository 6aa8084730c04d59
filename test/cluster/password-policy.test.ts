import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_EXCLUDED, INTERPRETATIONS, PUNCTUATION } from '../password/complexity-rules.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, passwordOf, type Scenario } from '../support/scenario.ts';

// Every run draws the same values.
fc.configureGlobal({ seed: 20_261_125 });

function setPolicy({ cluster }: Scenario, minLength: number): void {
  Object.assign(cluster.policy, { passwordComplexity: true, passwordMinLength: minLength });
}

async function expectPasswordOrSetting(world: Scenario, minLength: number): Promise<string> {
  world.driver.attempts = 1;
  const { outcome, error } = await rotateSecret(world, world.arn);
  if (outcome === 'succeeded') {
    expect(passwordOf(world, 'AWSCURRENT')).toHaveLength(Math.max(32, minLength));
  } else {
    expect(error).toMatchObject({
      code: 'setting_invalid',
      message: expect.stringContaining('environment variable EXCLUDE_CHARACTERS leaves no'),
    });
    expect(world.user.passwords).toHaveLength(1);
  }
  return outcome;
}

test('a rotation satisfies the complexity rules, or names EXCLUDE_CHARACTERS', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...INTERPRETATIONS),
      fc.constantFrom(8, 32, 60, 128, 200, 256),
      fc.constantFrom('', DEFAULT_EXCLUDED, PUNCTUATION.join(''), PUNCTUATION.slice(3).join('')),
      fc.constantFrom('self' as const, 'admin' as const),
      async (interpretation, minLength, excluded, login) => {
        const settings = { EXCLUDE_CHARACTERS: excluded };
        await using world = await openScenario({ login, settings, database: 'built-in' });
        setPolicy(world, minLength);
        Object.assign(world.cluster.options, interpretation);
        outcomes.add(await expectPasswordOrSetting(world, minLength));
      },
    ),
    { numRuns: 40 },
  );
  expect([...outcomes].sort()).toEqual(['failed', 'succeeded']);
});

test('the error for a too long password says how many characters must be allowed', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setPolicy(world, 200);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'setting_invalid',
      message: expect.stringContaining('hint: allow 67 characters or more (now 65)'),
    },
  });
});

test('a cluster without rules accepts settings that satisfy no rules', async () => {
  const settings = { EXCLUDE_CHARACTERS: PUNCTUATION.join('') };
  await using world = await openScenario({ settings, database: 'built-in' });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(passwordOf(world, 'AWSCURRENT')).toMatch(/^[A-Za-z0-9]{32}$/);
});

test('a login that cannot read the rules gets a password that satisfies them', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  setPolicy(world, 32);
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('createSecret changes nothing if the cluster does not return auth_method', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.user.authMethod = 'entraid';
  world.api.fault = ({ path }) => (path === '/v1/users' ? { status: 500 } : undefined);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_reply_unexpected' },
  });
  expect(world.user.passwords).toHaveLength(1);
});

test.each([
  'certificate',
  'entraid',
  'sso',
] as const)('createSecret changes nothing for a user of auth_method %s', async (authMethod) => {
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
