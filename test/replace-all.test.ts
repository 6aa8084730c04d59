import { expect, test } from 'vitest';
import { cut, mend } from './cut.ts';
import { readSecret, rotateSecret, updateStage } from './sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from './scenario.ts';
import { addSecondCluster } from './second-cluster.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

const isSettled = (result: unknown) => Object(result).live === 1;

/** AWSCURRENT is the one password that works, nothing is under way, and the ledger follows. */
async function expectReplaced(world: Scenario): Promise<void> {
  const password = passwordOf(world, 'AWSCURRENT');
  expect(password).not.toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([password]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  world.time.advance(FUNCTION_TIMEOUT_SECONDS + 1);
  // Without a database a reconcile settles one version a time, since it may cost a refused login.
  let settled: unknown;
  for (let run = 0; run < 5 && !isSettled(settled); run += 1) {
    settled = await reconcile(world).catch(() => undefined);
  }
  expect(settled).toMatchObject({ live: 1 });
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
    const current = passwordOf(world, 'AWSCURRENT');
    // A createSecret that is answered after all of it has begun a new rotation, which is given up.
    const pending = idOf(world, 'AWSPENDING');
    if (pending) await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
    // A password that the step adds late is on the ledger, and dies with its expiry, which a
    // finishSecret that was under way may have made a whole overlap.
    world.time.advance(FUNCTION_TIMEOUT_SECONDS + 1);
    await reconcile(world);
    expect(passwordOf(world, 'AWSCURRENT')).toBe(current);
    expect(world.user.passwords).toEqual([current]);
    world.time.advance(2 * OVERLAP_SECONDS);
    await reconcile(world);
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
    // That a call is lost before it is done is tried once: what follows is the same for all.
    for (const isDone of how === again[0] ? [false, true] : [true]) {
      await using world = await openScenario({ ...options, database: 'built-in' });
      const counter = cut(world, at, isDone);
      await replaceAll(world).catch(() => undefined);
      isCut = counter.calls() >= at;
      mend(world);
      await resumeToTheEnd(world, resume, how.includes('once') ? 2 : 1);
      await expectReplaced(world);
    }
  }
  expect(at).toBeGreaterThan(10);
});

/** Runs what resumes a replacement as often as it takes, and counts the refused logins of a run. */
async function resumeToTheEnd(
  world: Scenario,
  resume: (world: Scenario) => Promise<unknown>,
  refusedMax: number,
): Promise<void> {
  const refused = () => world.api.calls.filter(({ status }) => status === 401).length;
  // In self mode without a database nobody can tell which password works but by one login.
  for (let run = 0; run < 3 && (run === 0 || idOf(world, 'REPLACING')); run += 1) {
    const before = refused();
    await resume(world).catch(() => undefined);
    expect(refused() - before).toBeLessThanOrEqual(refusedMax);
    world.user.refusedAt = [];
  }
  // Nothing was under way yet where the first run was cut before it had written anything.
  if (passwordOf(world, 'AWSCURRENT') === FIRST_PASSWORD) await replaceAll(world);
}

test.each([
  'admin',
  'self',
] as const)('a cluster that is down gets the new password once it is back: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  const password = passwordOf(world, 'AWSCURRENT');
  expect(world.user.passwords).toEqual([password]);
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
  second.api.fault = undefined;
  await reconcile(world);
  expect(second.user.passwords).toEqual([password]);
  await expectReplaced(world);
});

test('nothing changes on one cluster where another does not accept the login', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => 'request lost';
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect([world.user.passwords, second.user.passwords]).toEqual([
    [FIRST_PASSWORD],
    [FIRST_PASSWORD],
  ]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
});

test('a password that a database refuses does not become AWSCURRENT', async () => {
  await using world = await openScenario({ database: 'built-in' });
  // The cluster says yes, and tells no database.
  world.cluster.onPasswords = async () => undefined;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'pending_password_refused' });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(idOf(world, 'REPLACING')).toBeDefined();
});

test('a password that spreads to the proxies late is waited for', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.proxy.delayMs = 5_000;
  await replaceAll(world);
  await expectReplaced(world);
});

test('a password that the rules of the cluster refuse is given up, and another call tries another', async () => {
  const settings = { EXCLUDE_CHARACTERS: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' };
  await using world = await openScenario({ settings, database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  // Who may not read the rules cannot know that these characters never satisfy them.
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_password_refused' });
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  world.cluster.policy.passwordComplexity = false;
  await replaceAll(world);
  await expectReplaced(world);
});

const LATE: [name: string, overlap: string, then: (world: Scenario) => Promise<unknown>][] = [
  ['a rotation', '0', (world) => rotateSecret(world, world.arn)],
  ['another replacement', String(OVERLAP_SECONDS), replaceAll],
];

test.each(
  LATE,
)('a request that is repeated after %s does not lock AWSCURRENT out', async (_, overlap, then) => {
  const settings = { OVERLAP_SECONDS: overlap };
  await using world = await openScenario({ settings, database: 'built-in' });
  let puts = 0;
  world.api.fault = async ({ method }) => {
    if (method !== 'PUT') return undefined;
    puts += 1;
    if (puts === 1) return 'request lost';
    if (puts !== 2) return undefined;
    // While the first run waits to send again, the same call finishes, and AWSCURRENT moves on.
    await replaceAll(world);
    await then(world);
    return undefined;
  };
  await replaceAll(world);
  world.api.fault = undefined;
  await expectReplaced(world);
});

test('labels that are all taken do not keep a replacement from its end', async () => {
  const settings = { OVERLAP_SECONDS: String(30 * 86_400) };
  await using world = await openScenario({ settings, database: 'built-in' });
  world.store.write(world.arn, ({ versions }) => {
    [...versions.values()][0]?.stages.push('BLUE', 'GREEN');
  });
  let outcome = 'succeeded';
  while (outcome === 'succeeded') ({ outcome } = await rotateSecret(world, world.arn));
  await replaceAll(world);
  await expectReplaced(world);
});

test.each([
  1, 2, 3, 4,
])('without a database, the API is asked once an invocation for a password, then for the other: %i', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  for (let rotation = 0; rotation < 4; rotation += 1) await rotateSecret(world, world.arn);
  world.api.fault = ({ method }) => (method === 'PUT' ? 'reply lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  world.api.fault = undefined;
  const refused = () => world.api.calls.filter(({ status }) => status === 401).length;
  let runs = 0;
  for (; idOf(world, 'REPLACING') && runs < 3; runs += 1) {
    const sofar = refused();
    await reconcile(world).catch(() => undefined);
    expect(refused() - sofar).toBeLessThanOrEqual(1);
    world.user.refusedAt = [];
  }
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  // One of two is right, and the one that was refused is not tried again.
  expect(runs).toBeLessThanOrEqual(2);
});
