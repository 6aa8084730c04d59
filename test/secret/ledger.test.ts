import { expect, test } from 'vitest';
import type { SecretState } from '../../lambda/secret/labels.ts';
import {
  currentChanges,
  deletionChanges,
  expiryChanges,
  isExpired,
  labelCapacityError,
  versionsToKeep,
} from '../../lambda/secret/ledger.ts';

const NOW = 1_800_000_000;
const A = 'version-a-000000000000000000000001';
const B = 'version-b-000000000000000000000002';
const LIVE_A = `LIVE-${A}`;
const LIVE_B = `LIVE-${B}`;
const SETTINGS = { overlapSeconds: 3_600, functionTimeoutSeconds: 120 };
const CURRENT_B = { [B]: ['AWSCURRENT', LIVE_B] };

function staging(versions: Record<string, string[]>): SecretState {
  const list = Object.entries(versions).map(([id, labels]) => ({ id, labels }));
  return { rotationEnabled: true, tags: new Map(), versions: list };
}

const expires = (id: string, seconds: number) => `EXPIRES-${NOW + seconds}-${id}`;

test.each([
  ['of a replaced version', [LIVE_A, 'AWSPREVIOUS'], A, 3_600, [expires(A, 3_600)]],
  ['of an abandoned version', [LIVE_A], undefined, 3_600, [expires(A, 3_600)]],
  ['of a replaced version, with no overlap', [LIVE_A], A, 0, [expires(A, 0)]],
  ['of an abandoned version, with no overlap', [LIVE_A], undefined, 0, [expires(A, 120)]],
  ['never twice', [LIVE_A, expires(A, 5)], A, 3_600, []],
  ['never of AWSPENDING', [LIVE_A, 'AWSPENDING'], undefined, 3_600, []],
  ['of REPLACING as of any other', [LIVE_A, 'REPLACING'], undefined, 3_600, [expires(A, 3_600)]],
  ['never of a version that is not live', ['AWSPREVIOUS'], A, 3_600, []],
])('an expiry is put %s', (_sentence, labelsOfA, justReplaced, overlapSeconds, puts) => {
  const longer = Math.max(overlapSeconds, SETTINGS.functionTimeoutSeconds);
  const state = staging({ ...CURRENT_B, [A]: labelsOfA });
  const changes = expiryChanges(state, NOW, ({ id }) =>
    id === justReplaced ? overlapSeconds : longer,
  );
  expect(changes).toEqual(puts.map((label) => ({ label, to: A })));
});

test('an overlap is never a fraction of a second short', () => {
  const state = staging({ ...CURRENT_B, [A]: [LIVE_A] });
  const changes = expiryChanges(state, NOW + 0.001, () => 3_600);
  expect(changes).toEqual([{ label: expires(A, 3_601), to: A }]);
});

test('an expiry without LIVE is a leftover and taken off', () => {
  const state = staging({ ...CURRENT_B, [A]: [expires(A, 1), expires(A, 2)] });
  expect(expiryChanges(state, NOW, () => 3_600)).toEqual([
    { label: expires(A, 1), from: A },
    { label: expires(A, 2), from: A },
  ]);
});

test.each([
  [16, 4],
  [19, 1],
  // Without room one is tried, so that AWS's error is reported.
  [20, 1],
])('with %i labels on a secret, %i of four versions get an expiry', (labels, count) => {
  const ids = ['c', 'd', 'e', 'f'].map((name) => `version-${name}-00000000000000000000`);
  const live = Object.fromEntries(ids.map((id) => [id, [`LIVE-${id}`]]));
  const filled = Array.from({ length: labels - 4 - CURRENT_B[B].length }, (_, at) => `other-${at}`);
  const state = staging({ [B]: [...CURRENT_B[B], ...filled], ...live });
  expect(expiryChanges(state, NOW, () => 3_600)).toHaveLength(count);
});

test('an AWSCURRENT made by hand gets LIVE, and one without a password does not', () => {
  const version = { id: A, labels: ['AWSCURRENT'] };
  expect(currentChanges(version, true)).toEqual([{ label: LIVE_A, to: A }]);
  expect(currentChanges(version, false)).toEqual([]);
});

test('an AWSCURRENT that a rollback brought back loses its expiry', () => {
  const version = { id: A, labels: ['AWSCURRENT', LIVE_A, expires(A, 9)] };
  expect(currentChanges(version, true)).toEqual([{ label: expires(A, 9), from: A }]);
});

test.each([
  ['once its expiry has passed', [LIVE_A, expires(A, 0)], true],
  ['not a second before', [LIVE_A, expires(A, 1)], false],
  ['not by the earlier of two expiries', [LIVE_A, expires(A, -5), expires(A, 1)], false],
  ['not by the expiry of another version', [LIVE_A, expires(B, -5)], false],
  ['not without LIVE', [expires(A, -5)], false],
  ['not while it is AWSCURRENT', [LIVE_A, expires(A, -5), 'AWSCURRENT'], false],
  ['not while it is AWSPENDING', [LIVE_A, expires(A, -5), 'AWSPENDING'], false],
  ['with REPLACING as without', [LIVE_A, expires(A, -5), 'REPLACING'], true],
])('a version is due %s', (_sentence, labels, due) => {
  expect(isExpired({ id: A, labels }, NOW)).toBe(due);
});

test('a password is held by what is in use and by what is live and not due', () => {
  const state = staging({
    ...CURRENT_B,
    [A]: [LIVE_A, expires(A, -1)],
    pending: ['AWSPENDING'],
    replacing: ['REPLACING'],
    overlapping: ['LIVE-overlapping'],
    forgotten: ['AWSPREVIOUS'],
  });
  const ids = versionsToKeep(state, NOW).map(({ id }) => id);
  expect(ids).toEqual([B, 'pending', 'overlapping']);
});

test('LIVE is taken off before EXPIRES, so that a cut leaves a leftover and no orphan', () => {
  const version = { id: A, labels: [expires(A, -1), LIVE_A, 'AWSPREVIOUS'] };
  expect(deletionChanges(version)).toEqual([
    { label: LIVE_A, from: A },
    { label: expires(A, -1), from: A },
  ]);
});

test('with fewer than 4 of 20 labels free there is no room for a rotation', () => {
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `label-${index}`);
  expect(labelCapacityError(staging({ [A]: labels(16) }))).toBeUndefined();
  expect(labelCapacityError(staging({ [A]: labels(10), [B]: labels(7) }))?.message).toContain(
    'room for 3 more of 20',
  );
});
