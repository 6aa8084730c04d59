import { expect, test } from 'vitest';
import { USER_TAG } from '../../lambda/names.ts';
import { decideDeletion } from '../../lambda/operations/deletion/decide-deletion.ts';
import { parseSecretValue } from '../../lambda/secret/value.ts';

const NOW_SECONDS = 1_000;
const OLD = 'version-that-was-replaced-00000001';
const LIVE = `LIVE-${OLD}`;
const EXPIRED = [LIVE, `EXPIRES-999-${OLD}`];
const NOT_EXPIRED = [LIVE, `EXPIRES-1001-${OLD}`];
const SAME_USER = { username: 'orders', password: 'old-password' };

const versionValue = (versionId: string, value: object) => ({
  ...parseSecretValue(JSON.stringify(value)),
  versionId,
  createdAt: 0,
});

type Case = {
  name: string;
  labels: string[];
  value?: object;
  isTagged?: boolean;
  omitted?: string[];
  /** The password of another version that stays. */
  keptPassword?: string;
  kind: string;
};

const CASES: Case[] = [
  { name: 'deletes an expired password', labels: EXPIRED, kind: 'delete' },
  { name: 'keeps a version before its expiry', labels: NOT_EXPIRED, kind: 'keep' },
  { name: 'keeps a version without LIVE', labels: [`EXPIRES-999-${OLD}`], kind: 'keep' },
  { name: 'keeps AWSCURRENT', labels: [...EXPIRED, 'AWSCURRENT'], kind: 'keep' },
  { name: 'keeps AWSPENDING', labels: [...EXPIRED, 'AWSPENDING'], kind: 'keep' },
  { name: 'keeps a version of an omitted cluster', labels: EXPIRED, omitted: ['us'], kind: 'keep' },
  {
    name: 'removes the labels of a version without a password',
    labels: EXPIRED,
    value: { username: 'orders' },
    kind: 'removeLabels',
  },
  {
    name: 'removes only the labels if a kept version has the same password',
    labels: EXPIRED,
    keptPassword: SAME_USER.password,
    kind: 'removeLabels',
  },
  {
    name: 'removes the labels of another user if the secret has a tag',
    labels: NOT_EXPIRED,
    value: { username: 'billing', password: 'old-password' },
    kind: 'removeLabels',
  },
  {
    name: 'keeps a version of another user if the secret has no tag',
    labels: EXPIRED,
    value: { username: 'billing', password: 'old-password' },
    isTagged: false,
    kind: 'keep',
  },
  {
    name: 'keeps a version of the same user with another email',
    labels: EXPIRED,
    value: { ...SAME_USER, email: 'orders@example.com' },
    kind: 'keep',
  },
];

test.each(CASES)('a deletion $name', ({
  labels,
  value = SAME_USER,
  isTagged = true,
  omitted = [],
  keptPassword,
  kind,
}) => {
  const version = { id: OLD, labels };
  const decision = decideDeletion({
    state: {
      rotationEnabled: true,
      tags: new Map(isTagged ? [[USER_TAG, 'orders']] : []),
      versions: [version],
    },
    version,
    value: versionValue(OLD, value),
    current: versionValue('current', { username: 'orders', password: 'current-password' }),
    kept: keptPassword ? [versionValue('kept', { ...SAME_USER, password: keptPassword })] : [],
    omittedClusters: omitted,
    nowSeconds: NOW_SECONDS,
  });
  expect(decision.kind).toBe(kind);
});
