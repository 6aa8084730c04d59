import { expect, test } from 'vitest';
import { computeHealth } from '../../lambda/operations/health.ts';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;

function stopped(schedule: string, ageDays: number, options: object = {}): unknown {
  const secret = {
    rotationEnabled: true,
    tags: new Map(),
    versions: [],
    changedAt: undefined,
    rotatedAt: NOW - ageDays * DAY_MS,
    nextRotationAt: NOW + DAY_MS,
    functionArn: undefined,
    schedule,
    ...options,
  };
  const created = { password: NOW - ageDays * DAY_MS, pending: undefined };
  return computeHealth(secret, created, NOW).RotationsStopped;
}

const SCHEDULES: [schedule: string, fine: number, stopped: number][] = [
  ['rate(30 days)', 89, 91],
  ['rate(4 hours)', 0.4, 0.6],
  ['cron(0 3 * * ? *)', 2, 4],
  ['cron(0 3 ? * SUN *)', 20, 22],
  ['cron(0 3 ? * SUN#1 *)', 104, 106],
  ['cron(0 3 ? * MON,THU *)', 11, 13],
  ['cron(0 3 ? * 2-6 *)', 8, 10],
  ['cron(0 3 L * ? *)', 92, 94],
  ['cron(0 3 1,15 * ? *)', 50, 52],
  ['cron(0 3 1/10 * ? *)', 29, 31],
  ['cron(0 3 1 JAN,APR,JUL,OCT ? *)', 278, 280],
  ['cron(0 3 1 1/3 ? *)', 278, 280],
  ['cron(0 3 1 6 ? *)', 1_115, 1_117],
  ['cron(0 3 1 * ? *)', 90, 94],
  ['cron(0 3 1 1,7 ? *)', 557, 559],
];

test.each(
  SCHEDULES,
)('RotationsStopped is 1 after three intervals of %s', (schedule, fine, late) => {
  expect([stopped(schedule, fine), stopped(schedule, late)]).toEqual([0, 1]);
});

test('RotationsStopped is 1 if rotation is off, and 0 before the first rotation', () => {
  expect(stopped('rate(30 days)', 1, { rotationEnabled: false })).toBe(1);
  expect(stopped('rate(30 days)', 200, { rotatedAt: undefined })).toBe(0);
});
