import { expect, test } from 'vitest';
import {
  currentChanges,
  deletionChanges,
  expiryChanges,
  isExpired,
  labelCapacityError,
  versionsToKeep,
} from '../../lambda/secret/ledger.ts';
import { stateOf } from './secret-state.ts';

const NOW = 1_800_000_000;
const A = 'version-a-000000000000000000000001';
const B = 'version-b-000000000000000000000002';
const LIVE_A = `LIVE-${A}`;
const LIVE_B = `LIVE-${B}`;
const SETTINGS = { overlapSeconds: 3_600, functionTimeoutSeconds: 120 };
const CURRENT_B = { [B]: ['AWSCURRENT', LIVE_B] };

const expires = (id: string, seconds: number) => `EXPIRES-${NOW + seconds}-${id}`;

test.each([
  ['on a replaced version', [LIVE_A, 'AWSPREVIOUS'], A, 3_600, [expires(A, 3_600)]],
  ['on an abandoned version', [LIVE_A], undefined, 3_600, [expires(A, 3_600)]],
  ['on a replaced version, with an overlap of 0', [LIVE_A], A, 0, [expires(A, 0)]],
  ['on an abandoned version, with an overlap of 0', [LIVE_A], undefined, 0, [expires(A, 120)]],
  ['only once', [LIVE_A, expires(A, 5)], A, 3_600, []],
  ['never on AWSPENDING', [LIVE_A, 'AWSPENDING'], undefined, 3_600, []],
  [
    'on REPLACING, as on any other version',
    [LIVE_A, 'REPLACING'],
    undefined,
    3_600,
    [expires(A, 3_600)],
  ],
  ['never on a version without LIVE', ['AWSPREVIOUS'], A, 3_600, []],
])('the ledger sets an expiry %s', (_name, labelsOfA, justReplaced, overlapSeconds, added) => {
  const longer = Math.max(overlapSeconds, SETTINGS.functionTimeoutSeconds);
  const state = stateOf({ ...CURRENT_B, [A]: labelsOfA });
  const changes = expiryChanges(state, NOW, ({ id }) =>
    id === justReplaced ? overlapSeconds : longer,
  );
  expect(changes).toEqual(added.map((label) => ({ label, to: A })));
});

test('the ledger rounds an overlap up to whole seconds', () => {
  const state = stateOf({ ...CURRENT_B, [A]: [LIVE_A] });
  const changes = expiryChanges(state, NOW + 0.001, () => 3_600);
  expect(changes).toEqual([{ label: expires(A, 3_601), to: A }]);
});

test('the ledger removes an expiry from a version without LIVE', () => {
  const state = stateOf({ ...CURRENT_B, [A]: [expires(A, 1), expires(A, 2)] });
  expect(expiryChanges(state, NOW, () => 3_600)).toEqual([
    { label: expires(A, 1), from: A },
    { label: expires(A, 2), from: A },
  ]);
});

test.each([
  [16, 4],
  [19, 1],
  // Even if all labels are in use, one change is made, so that AWS's error is reported.
  [20, 1],
])('with %i labels on a secret, %i of four versions get an expiry', (labels, count) => {
  const ids = ['c', 'd', 'e', 'f'].map((name) => `version-${name}-00000000000000000000`);
  const live = Object.fromEntries(ids.map((id) => [id, [`LIVE-${id}`]]));
  const filled = Array.from({ length: labels - 4 - CURRENT_B[B].length }, (_, at) => `other-${at}`);
  const state = stateOf({ [B]: [...CURRENT_B[B], ...filled], ...live });
  expect(expiryChanges(state, NOW, () => 3_600)).toHaveLength(count);
});

test('AWSCURRENT gets LIVE if it has a password', () => {
  const version = { id: A, labels: ['AWSCURRENT'] };
  expect(currentChanges(version, true)).toEqual([{ label: LIVE_A, to: A }]);
  expect(currentChanges(version, false)).toEqual([]);
});

test('an AWSCURRENT that a rollback restored loses its expiry', () => {
  const version = { id: A, labels: ['AWSCURRENT', LIVE_A, expires(A, 9)] };
  expect(currentChanges(version, true)).toEqual([{ label: expires(A, 9), from: A }]);
});

test.each([
  ['once its expiry has passed', [LIVE_A, expires(A, 0)], true],
  ['not a second before', [LIVE_A, expires(A, 1)], false],
  ['not at the earlier of two expiries', [LIVE_A, expires(A, -5), expires(A, 1)], false],
  ['not at the expiry of another version', [LIVE_A, expires(B, -5)], false],
  ['not without LIVE', [expires(A, -5)], false],
  ['not while it is AWSCURRENT', [LIVE_A, expires(A, -5), 'AWSCURRENT'], false],
  ['not while it is AWSPENDING', [LIVE_A, expires(A, -5), 'AWSPENDING'], false],
  ['with REPLACING as without', [LIVE_A, expires(A, -5), 'REPLACING'], true],
])('a version expires %s', (_name, labels, expected) => {
  expect(isExpired({ id: A, labels }, NOW)).toBe(expected);
});

test('versions in use, and live versions that have not expired, keep their passwords', () => {
  const state = stateOf({
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

test('a deletion removes LIVE before EXPIRES', () => {
  // If it is interrupted in between, EXPIRES is left, and no password without a label.
  const version = { id: A, labels: [expires(A, -1), LIVE_A, 'AWSPREVIOUS'] };
  expect(deletionChanges(version)).toEqual([
    { label: LIVE_A, from: A },
    { label: expires(A, -1), from: A },
  ]);
});

test('a rotation needs 4 free labels of 20, and one for AWSPENDING if no version has it', () => {
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `label-${index}`);
  expect(labelCapacityError(stateOf({ [A]: labels(15) }))).toBeUndefined();
  expect(labelCapacityError(stateOf({ [A]: labels(15), [B]: ['AWSPENDING'] }))).toBeUndefined();
  expect(labelCapacityError(stateOf({ [A]: labels(10), [B]: labels(6) }))?.message).toContain(
    '4 free staging labels of 20, but needs 5',
  );
});
