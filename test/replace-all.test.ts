import { expect, test } from 'vitest';
import { cut, mend } from './cut.ts';
import { readSecret, rotateSecret, updateStage } from './sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from './scenario.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** AWSCURRENT is the one password that works, nothing is under way, and the ledger follows. */
async function expectReplaced(world: Scenario): Promise<void> {
  const password = passwordOf(world, 'AWSCURRENT');
  expect(password).not.toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([password]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  world.time.advance(FUNCTION_TIMEOUT_SECONDS + 1);
  // Without a database a reconcile settles one version a time, since it may cost a refused login.
  for (let run = 0; run < 4; run += 1) await reconcile(world).catch(() => undefined);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 0 });
  expect(world.user.passwords).toEqual([password]);
}

const KINDS: [name: string, options: ScenarioOptions][] = [
  ['admin', { login: 'admin' }],
  ['self', { login: 'self' }],
  ['self, without a database', { login: 'self', noDatabase: true }],
];

test.each(KINDS)('one call leaves one password, and expires all others: %s', async (_, options) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.user.passwords = [...world.user.passwords, 'nobody-told-us'];
  await replaceAll(world);
  expect(labels(world)).toEqual(
    [
      ['LIVE', 'EXPIRES-then'],
      ['LIVE', 'EXPIRES-then'],
      ['LIVE', 'AWSCURRENT'],
    ].map((labels) => expect.arrayContaining(labels)),
  );
  await expectReplaced(world);
});

test('other fields of the secret stay as they are', async () => {
  await using world = await openScenario({ value: { owner: 'team-a' } });
  const { password: before, ...rest } = await readSecret(world, world.arn);
  await replaceAll(world);
  const { password, ...after } = await readSecret(world, world.arn);
  expect(after).toEqual(rest);
  expect(password).not.toBe(before);
});

test("a username that is not the secret's changes nothing", async () => {
  await using world = await openScenario();
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: 'carts' };
  await expect(world.invoke(event)).rejects.toMatchObject({ code: 'event_invalid' });
  await expect(world.invoke({ ...event, Confirm: '' })).rejects.toThrow('Confirm is absent');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(labels(world)).toEqual([['AWSCURRENT']]);
});

test.each(KINDS)('a cluster that refuses the login changes nothing: %s', async (_, options) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  world.api.fault = () => ({ status: 401 });
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  world.api.fault = undefined;
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('four steps refuse while a replacement is under way', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
  const again = stageToken(world);
  for (const step of STEPS) {
    await expect(callStep(world, step, again)).rejects.toMatchObject({
      code: 'replace_in_progress',
    });
  }
  mend(world);
  await replaceAll(world);
  await expectReplaced(world);
});

test('a second replacement in a row brings in another password', async () => {
  await using world = await openScenario();
  await replaceAll(world);
  const first = passwordOf(world, 'AWSCURRENT');
  await replaceAll(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(first);
  await expectReplaced(world);
});

test('after a rollback to the version that was replaced once, it is replaced again', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await replaceAll(world);
  const leaked = passwordOf(world, 'AWSCURRENT');
  world.user.passwords = [FIRST_PASSWORD];
  await world.cluster.onPasswords(world.user);
  await updateStage(world, world.arn, 'AWSCURRENT', { to: first, from: idOf(world, 'AWSCURRENT') });
  await replaceAll(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(leaked);
  await expectReplaced(world);
});

test.each(STEPS)('a rotation in progress does not win: replaced before %s', async (next) => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  const at = STEPS.indexOf(next);
  for (const step of STEPS.slice(0, at)) await callStep(world, step, token);
  const pending = passwordOf(world, 'AWSPENDING');
  await replaceAll(world);
  for (const step of STEPS.slice(at)) {
    await expect(callStep(world, step, token)).rejects.toMatchObject({ code: /token_not/ });
  }
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(pending);
  await expectReplaced(world);
});

test.each(STEPS)('a replacement that starts while %s runs wins', async (step) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await openScenario({ database: 'built-in' });
    const token = stageToken(world);
    for (const before of STEPS.slice(0, STEPS.indexOf(step))) await callStep(world, before, token);
    isReached = await replaceDuring(world, at, () => callStep(world, step, token));
    if (!isReached) continue;
    // A password that the cut-off step adds late is on the ledger, and dies with its expiry.
    world.time.advance(FUNCTION_TIMEOUT_SECONDS + 1);
    await reconcile(world);
    await replaceAll(world);
    await expectReplaced(world);
  }
});

/** Runs a replacement, whole, just before one of the outside calls of a step goes out. */
async function replaceDuring(
  world: Scenario,
  at: number,
  step: () => Promise<unknown>,
): Promise<boolean> {
  let calls = 0;
  let replaced: Promise<unknown> | undefined;
  const hold = async () => {
    calls += 1;
    if (calls !== at) return undefined;
    replaced = replaceAll(world);
    await replaced;
    return undefined;
  };
  world.aws.fault = hold;
  world.api.fault = hold;
  await step().catch(() => undefined);
  mend(world);
  await replaced;
  if (replaced !== undefined) expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
  return replaced !== undefined;
}

const again = ['the same call again', replaceAll] as const;
const byReconcile = ['reconcile', reconcile] as const;
const twice = [
  'two calls at once',
  (world: Scenario) => Promise.allSettled([replaceAll(world), replaceAll(world)]),
] as const;
const beside = [
  'reconcile and a call at once',
  (world: Scenario) => Promise.allSettled([reconcile(world), replaceAll(world)]),
] as const;

// In self mode the login is what differs: nobody knows which password works.
const CUTS = KINDS.flatMap(([name, options]) =>
  (name === 'admin' ? [again, byReconcile, twice, beside] : [again, byReconcile]).map(
    ([how, resume]) => ({ name, options, how, resume }),
  ),
);

test.each(CUTS)('a replacement cut at any outside call is finished by $how: $name', async ({
  options,
  how,
  resume,
}) => {
  let at = 0;
  for (let isCut = true; isCut; ) {
    at += 1;
    for (const isDone of [false, true]) {
      await using world = await openScenario({ ...options, database: 'built-in' });
      const counter = cut(world, at, isDone);
      await replaceAll(world).catch(() => undefined);
      isCut = counter.calls() >= at;
      mend(world);
      // In self mode without a database nobody can tell which password works but by one login.
      for (let run = 0; run < 30 && (run === 0 || idOf(world, 'REPLACING')); run += 1) {
        const refused = world.api.calls.filter(({ status }) => status === 401).length;
        await resume(world).catch(() => undefined);
        const more = world.api.calls.filter(({ status }) => status === 401).length - refused;
        expect(more).toBeLessThanOrEqual(how.includes('once') ? 2 : 1);
        world.user.refusedAt = [];
      }
      // Nothing was under way yet where the first run was cut before it had written anything.
      if (passwordOf(world, 'AWSCURRENT') === FIRST_PASSWORD) await replaceAll(world);
      await expectReplaced(world);
    }
  }
  expect(at).toBeGreaterThan(10);
});
