import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { expect, test } from 'vitest';
import { type Addition, BILLING, imported, ORDERS, withRotation } from './rotation-template.ts';
import { ofType } from './template.ts';

const scheduled =
  (schedule: string, hours?: number): Addition =>
  (rotation, stack) =>
    rotation.addSecret('Billing', imported(stack, BILLING), {
      schedule,
      ...(hours !== undefined && { window: Duration.hours(hours) }),
    });

const CARTS = { ...ORDERS, username: 'carts' };
const { schedule: _, ...UNSCHEDULED } = CARTS;

const INVALID_SCHEDULES: [error: string, add: Addition][] = [
  ['a quarter of the overlap', scheduled('rate(1 day)')],
  ['a quarter of the overlap', scheduled('cron(0 3 * * ? *)')],
  ['a quarter of the overlap', scheduled('cron(0 3 1/1 * ? *)')],
  ['a quarter of the overlap', scheduled('cron(0 3 ? * 1-7 *)')],
  ['a quarter of the overlap', scheduled('rate(41 hours)')],
  ...[
    ...['', 'every month', 'rate(3 hours)', 'rate(0 days)', 'rate(90 minutes)', 'rate(30)'],
    ...[' rate(30 days)', 'cron(0 3 * * *)', 'cron(5 3 1 * ? *)', 'cron(0 3 1 * ? 2027)'],
  ].map((text): [string, Addition] => [
    `schedule of secret 'Billing' must be a rate in hours or days, at least 4 hours, or a cron ` +
      `expression of six fields with 0 for the minutes and * for the year, got '${text}'; hint`,
    scheduled(text),
  ]),
  [
    "got 'cron(* 3 * * ? *)'; hint: rate(30 days), cron(0 3 ? * SUN#1 *), or minute: '0' in",
    (rotation) => rotation.adoptUser({ ...CARTS, schedule: Schedule.cron({ hour: '3' }) }),
  ],
  ...[Duration.minutes(90), Duration.hours(3), Duration.seconds(0)].map(
    (automaticallyAfter): [string, Addition] => [
      "automaticallyAfter of user 'carts' must be whole hours or days, at least 4 hours, got " +
        automaticallyAfter.toHumanString(),
      (rotation) => rotation.adoptUser({ ...UNSCHEDULED, automaticallyAfter }),
    ],
  ),
  ['a quarter of the overlap', scheduled('cron(0 */12 * * ? *)')],
  ['at most 6 rotations within the overlap, starts 7', scheduled('cron(0 3 1-10 * ? *)')],
  [
    "window of secret 'Billing' must be 1 to 24 whole hours, got 1 hour 30 minutes",
    scheduled('rate(30 days)', 1.5),
  ],
  ['must be 1 to 24 whole hours, got 1 day 1 hour', scheduled('rate(30 days)', 25)],
  ['must be 1 to 24 whole hours, got 2 days', scheduled('rate(42 hours)', 48)],
  ['must be 1 to 2 whole hours', scheduled('cron(0 22 1 * ? *)', 3)],
  [
    "secret 'Billing' must have exactly one of automaticallyAfter and schedule, got neither",
    (rotation, stack) => rotation.addSecret('Billing', imported(stack, BILLING), {}),
  ],
  [
    'exactly one of automaticallyAfter and schedule, got both',
    (rotation) => rotation.adoptUser({ ...CARTS, automaticallyAfter: Duration.days(30) }),
  ],
  [
    'a quarter of the overlap',
    (rotation) => rotation.adoptUser({ ...UNSCHEDULED, automaticallyAfter: Duration.days(1) }),
  ],
];

test.each(INVALID_SCHEDULES)('the construct rejects a schedule with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
});

const ACCEPTED: [schedule: string, hours?: number][] = [
  ['rate(7 days)', 24],
  ['rate(42 hours)', 24],
  ['cron(0 0/12 * * ? *)', 12],
  ['cron(0 1,9,17 1-7 JAN,JUL ? *)', 7],
  ['cron(0 8-16/8 * * ? *)', 8],
  ['cron(0 23 L * ? *)', 1],
  ['cron(0 3 * * ? *)', 21],
  ['cron(0 3 ? 1/3 MON-FRI *)', 21],
  ['cron(0 3 ? * 6L *)', 21],
];

const shortOverlap = () => ({ overlap: Duration.hours(12) });

test.each(ACCEPTED)('the construct accepts %s with a window of %i hours', (schedule, hours) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).not.toThrow();
});

test('the construct accepts a rotation on every workday with the default overlap', () => {
  expect(() => withRotation(undefined, scheduled('cron(0 3 ? * MON-FRI *)'))).not.toThrow();
});

test.each([
  ['cron(0 */4 * * ? *)', 5, '1 to 4 whole hours'],
  ['cron(0 8-16/8 * * ? *)', 9, '1 to 8 whole hours'],
  ['cron(0 9,23 * * ? *)', 2, '1 to 1 whole hours'],
] as const)('the construct rejects %s with a window of %i hours: %s', (schedule, hours, error) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).toThrow(error);
});

test.each([
  'cron(0 25 * * ? *)',
  'cron(0 5-2 * * ? *)',
  'cron(0 * * * ? *)',
])('the construct leaves to Secrets Manager what that rejects itself: %s', (schedule) => {
  const noOverlap = () => ({ overlap: Duration.hours(0) });
  const template = withRotation(noOverlap, scheduled(schedule));
  const [, billing] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(billing?.Properties.RotationRules).toEqual({ ScheduleExpression: schedule });
});

test.each([
  [{ automaticallyAfter: Duration.days(30) }, 'rate(30 days)'],
  [{ automaticallyAfter: Duration.hours(36) }, 'rate(36 hours)'],
  [{ automaticallyAfter: Duration.days(1) }, 'rate(1 day)'],
  [
    { schedule: Schedule.cron({ minute: '0', hour: '3', weekDay: 'SUN#1' }) },
    'cron(0 3 ? * SUN#1 *)',
  ],
  [{ schedule: Schedule.expression('rate(10 days)') }, 'rate(10 days)'],
])('the schedule of %j is %s', (times, expression) => {
  const template = withRotation(shortOverlap, (rotation) => {
    rotation.adoptUser({ ...UNSCHEDULED, ...times });
  });
  const [, carts] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(carts?.Properties.RotationRules).toEqual({ ScheduleExpression: expression });
});
