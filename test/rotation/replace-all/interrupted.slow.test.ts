import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../../sandbox/listen.ts';
import { putParameters, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import { interruptAt, removeFaults } from '../../support/interrupt.ts';
import {
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { rejectedLogins } from '../logins.ts';
import { expectReplaced, LOGIN_KINDS } from './expect-replaced.ts';

test('an interrupted replaceAll does not stop rotations, and reconcile reports it', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  removeFaults(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  // reconcile has deleted the expired password.
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await replaceAll(world);
  await expectReplaced(world);
});

test('reconcile removes REPLACING from an AWSCURRENT that every cluster accepts', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let isCut = false;
  world.aws.fault = (action, { VersionStage }) => {
    isCut ||= action.endsWith('UpdateSecretVersionStage') && VersionStage === 'REPLACING';
    return isCut ? 'denied' : undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  removeFaults(world);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  await reconcile(world);
  await expectReplaced(world);
});

test('a replaceAll that may not move AWSCURRENT names the version to move it to', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let calls = 0;
  world.aws.fault = (action, { VersionStage }) => {
    if (!action.endsWith('UpdateSecretVersionStage') || VersionStage !== 'AWSCURRENT') {
      return undefined;
    }
    calls += 1;
    return 'denied';
  };
  const failure = await replaceAll(world).catch((error: unknown) => error);
  const state = `sandbox accepts only version ${idOf(world, 'REPLACING')}, and AWSCURRENT did not`;
  expect(failure).toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringMatching(`^${state}.*; then move AWSCURRENT to it`),
  });
  expect(calls).toBe(1);
  removeFaults(world);
  await replaceAll(world);
  await expectReplaced(world);
});

test('a replaceAll in self mode uses the next endpoint if the first speaks no TLS', async () => {
  await using world = await openScenario({ login: 'self' });
  const plain = await listen(
    createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  const origins = [plain.port, world.api.port].map((port) => `https://127.0.0.1:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(',') });
  await replaceAll(world);
  await plain.close();
  await expectReplaced(world);
});

const runBoth = (...runs: Promise<unknown>[]) => Promise.allSettled(runs);

// What happens between the interrupted run and the run that completes it.
const BETWEEN: [name: string, act: (world: Scenario) => Promise<unknown>][] = [
  ['immediately', async () => undefined],
  ['after a reconcile', reconcile],
  ['after a rotation', (world) => rotateSecret(world, world.arn)],
  ['after two concurrent runs', (world) => runBoth(replaceAll(world), replaceAll(world))],
  ['after a run and a reconcile', (world) => runBoth(reconcile(world), replaceAll(world))],
];

// Only in self mode does the login depend on the password that is valid.
const ROWS = LOGIN_KINDS.flatMap(([name, options]) =>
  BETWEEN.slice(0, name === 'admin' ? 5 : 3).map(([when, act]) => ({ name, options, when, act })),
).map((row, index) => ({ ...row, index }));

// A sample of the calls: every third one if the next run follows immediately, else every sixth.
// `npm run faults` interrupts each call, before and after it is done.
const stepOf = (when: string) => (when === 'immediately' ? 3 : 6);

test.each(
  ROWS,
)('a run completes one that was interrupted at any call, $when: $name', async (row) => {
  const step = stepOf(row.when);
  let at = 1 + (row.index % step);
  for (let isReached = true; isReached; at += step) {
    await using world = await openScenario(row.options);
    const isDone = Math.floor(at / step) % 2 === row.index % 2;
    const counter = interruptAt(world, at, isDone);
    await replaceAll(world).catch(() => undefined);
    isReached = counter.calls() >= at;
    removeFaults(world);
    await row.act(world).catch(() => undefined);
    await complete(world);
    await expectReplaced(world);
  }
  expect(at).toBeGreaterThan(10);
});

/** Expects one of three runs to succeed, each with at most one rejected login. */
async function complete(world: Scenario): Promise<void> {
  let failure: unknown = 'no run';
  for (let run = 0; run < 3 && failure !== undefined; run += 1) {
    world.user.rejectedAt = [];
    const before = rejectedLogins(world).length;
    failure = await replaceAll(world).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(rejectedLogins(world).length - before).toBeLessThanOrEqual(1);
  }
  expect(failure).toBeUndefined();
  await abandonPending(world);
}

/** Removes AWSPENDING of a rotation that failed, because Secrets Manager would continue it. */
async function abandonPending(world: Scenario): Promise<void> {
  const pending = idOf(world, 'AWSPENDING');
  if (pending === undefined || pending === idOf(world, 'AWSCURRENT')) return;
  await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
}
