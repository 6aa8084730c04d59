import { expect, test } from 'vitest';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import { cut, mend } from '../support/cut.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

const isSettled = (result: unknown) => Object(result).live === 1;

/** AWSCURRENT is the only valid password, nothing is under way, and the ledger follows. */
async function expectReplaced(world: Scenario): Promise<void> {
  const password = passwordOf(world, 'AWSCURRENT');
  expect(password).not.toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([password]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  // Without a database a reconcile settles one version, since it may cost a rejected login.
  let settled: unknown;
  for (let run = 0; run < 8 && !isSettled(settled); run += 1) {
    world.time.advance(world.overlapMs / 1_000 + FUNCTION_TIMEOUT_SECONDS);
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

test('a replaceAll that was cut off does not hold up rotations, and reconcile reports it', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  mend(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  // The usual work is done all the same.
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await replaceAll(world);
  await expectReplaced(world);
});

test('reconcile ends a replaceAll whose password is AWSCURRENT and valid on every cluster', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let isCut = false;
  world.aws.fault = (action, { VersionStage }) => {
    isCut ||= action.endsWith('UpdateSecretVersionStage') && VersionStage === 'REPLACING';
    return isCut ? 'refused' : undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  mend(world);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  await reconcile(world);
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
    // A password that the step adds late is on the ledger, and expires.
    world.time.advance(2 * OVERLAP_SECONDS);
    await reconcile(world);
    expect(passwordOf(world, 'AWSCURRENT')).toBe(current);
    expect(world.user.passwords).toEqual([current]);
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

// What happens between a run that was cut off and the run that is to end it.
const BETWEEN: [name: string, between: (world: Scenario) => Promise<unknown>][] = [
  ['at once', async () => undefined],
  ['after a reconcile', reconcile],
  ['after a rotation', (world) => rotateSecret(world, world.arn)],
  ['beside another run', async () => undefined],
  ['beside a reconcile', async () => undefined],
];
// In self mode the login is what differs: nobody knows which password works.
const CUTS = KINDS.flatMap(([name, options]) =>
  BETWEEN.slice(0, name === 'admin' ? 5 : 3).map(([when, between]) => ({
    name,
    options,
    when,
    between,
  })),
);

test.each(CUTS)('a run that is cut at any outside call is followed by others $when: $name', async ({
  options,
  when,
  between,
}) => {
  let at = 0;
  for (let isCut = true; isCut; ) {
    // The fault matrix has every call; here every third is enough, lost before or after it is done.
    at += when === 'at once' ? 1 : 3;
    for (const isDone of when === 'at once' ? [false, true] : [at % 2 === 0]) {
      await using world = await openScenario({ ...options, database: 'built-in' });
      const counter = cut(world, at, isDone);
      await replaceAll(world).catch(() => undefined);
      isCut = counter.calls() >= at;
      mend(world);
      await followUp(world, when, between);
      await expectReplaced(world);
    }
  }
  expect(at).toBeGreaterThan(10);
});

/** Runs replaceAll until it succeeds, three times at most, and counts the rejected logins of each. */
async function followUp(
  world: Scenario,
  when: string,
  between: (world: Scenario) => Promise<unknown>,
): Promise<void> {
  const rejected = () => world.api.calls.filter(({ status }) => status === 401).length;
  const beside = when.startsWith('beside')
    ? when.endsWith('run')
      ? replaceAll
      : reconcile
    : undefined;
  if (beside === undefined) await between(world).catch(() => undefined);
  else await Promise.allSettled([beside(world), replaceAll(world)]);
  let failure: unknown = 'no run';
  for (let run = 0; run < 3 && failure !== undefined; run += 1) {
    world.user.refusedAt = [];
    const before = rejected();
    failure = await replaceAll(world).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(rejected() - before).toBeLessThanOrEqual(1);
  }
  expect(failure).toBeUndefined();
  await abandonPending(world);
}

/** A rotation that was refused meanwhile would go on by itself. */
async function abandonPending(world: Scenario): Promise<void> {
  const pending = idOf(world, 'AWSPENDING');
  if (pending === undefined || pending === idOf(world, 'AWSCURRENT')) return;
  await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
}

test.each([
  'admin',
  'self',
] as const)('a cluster that fails at its PUT is named, and the next run ends it: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({
    code: 'cluster_unreachable',
    message: expect.stringContaining('cluster us may still accept leaked passwords'),
  });
  const password = passwordOf(world, 'AWSCURRENT');
  expect(world.user.passwords).toEqual([password]);
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  second.api.fault = undefined;
  await replaceAll(world);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await expectReplaced(world);
});

test.each([
  'admin',
  'self',
] as const)('a cluster that is down does not keep the others from the new password: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => 'request lost';
  second.database.fault = () => 'request lost';
  await expect(replaceAll(world)).rejects.toMatchObject({
    message: expect.stringContaining('cluster us may still accept leaked passwords'),
  });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  second.api.fault = undefined;
  second.database.fault = undefined;
  await replaceAll(world);
  await expectReplaced(world);
});

test('nothing changes on one cluster if another rejects the login', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => ({ status: 401 });
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  expect([world.user.passwords, second.user.passwords]).toEqual([
    [FIRST_PASSWORD],
    [FIRST_PASSWORD],
  ]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
});

test('a database that rejects the new password ends a run in an error, and REPLACING stays', async () => {
  await using world = await openScenario({ database: 'built-in' });
  // The cluster says yes, and tells no database.
  world.cluster.onPasswords = async () => undefined;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'pending_password_refused' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
});

test.each([
  5_000, 30_000,
])('reads that are %i ms behind end in an error, with nothing changed on a cluster', async (ms) => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  const { passwords } = world.user;
  world.time.advance(31);
  world.storeOptions.staleReadsMs = ms;
  await expect(replaceAll(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringContaining('does not show LIVE'),
  });
  expect(world.user.passwords).toEqual(passwords);
  world.storeOptions.staleReadsMs = 0;
  await replaceAll(world);
  await expectReplaced(world);
});

test('a run verifies again before it moves AWSCURRENT from another version', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let puts = 0;
  // Another run comes to its end between this run's PUT and its move of AWSCURRENT.
  world.aws.fault = async (action, { VersionStage }) => {
    if (!action.endsWith('UpdateSecretVersionStage') || VersionStage !== 'AWSCURRENT') return;
    puts += 1;
    if (puts === 1) await replaceAll(world);
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'pending_password_refused' });
  mend(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a password that spreads to the proxies late is waited for', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.proxy.delayMs = 5_000;
  await replaceAll(world);
  await expectReplaced(world);
});

test('a password that the rules of the cluster refuse leaves REPLACING, and another run draws another', async () => {
  const settings = { EXCLUDE_CHARACTERS: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' };
  await using world = await openScenario({ settings, database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  // Who may not read the rules cannot know that these characters never satisfy them.
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_password_refused' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
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

test('without a database, a rejected password is not sent again, and the next one is', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  for (let rotation = 0; rotation < 4; rotation += 1) {
    await rotateSecret(world, world.arn);
    world.time.advance(1);
  }
  let isCut = false;
  world.api.fault = ({ method }) => {
    isCut ||= method === 'PUT';
    return isCut ? 'reply lost' : undefined;
  };
  // Its PUT was done, and nobody could ask.
  await replaceAll(world).catch(() => undefined);
  world.api.fault = undefined;
  const rejected = () => world.api.calls.filter(({ status }) => status === 401).length;
  const before = rejected();
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  expect(rejected() - before).toBe(1);
  await replaceAll(world);
  expect(rejected() - before).toBe(1);
  await expectReplaced(world);
});

test('a cluster that hangs leaves the others the time for their new password', async () => {
  await using world = await openScenario({ time: REAL_TIME, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => 'no reply';
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: world.user.name };
  // Three seconds for requests: the rest is kept for what is under way, and for the log.
  const context = { getRemainingTimeInMillis: () => 28_000 };
  await expect(world.invoke(event, context)).rejects.toMatchObject({
    message: expect.stringContaining('cluster us may still accept leaked passwords'),
  });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

test('an invalid value with LIVE does not keep a replaceAll from its end', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const id = 'an-invalid-value-of-somebody-else-00001';
  const stages = { ClientRequestToken: id, VersionStages: [`LIVE-${id}`] };
  await putByHand(world, ['not', 'an', 'object'], stages);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});
