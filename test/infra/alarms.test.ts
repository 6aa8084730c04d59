import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { alarmsOf, fires } from './alarm-evaluation.ts';
import { ORDERS, withRotation } from './rotation-template.ts';
import { ofType, show } from './template.ts';

const HOUR_SECONDS = 3_600;

const template = withRotation((stack) => ({ alarmTopic: new Topic(stack, 'Topic') }));
const ALARMS = alarmsOf(template);

/** Lets hours pass as EventBridge Scheduler does: a reconcile in each, minutes after its start. */
async function passHours(world: Scenario, hours: number, perHour = reconcile): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await perHour(world).catch(() => undefined);
    world.time.advance(HOUR_SECONDS);
  }
}

/** A world with one secret, which is rotated every 30 days; it begins in the middle of an hour. */
async function openHealthy(): Promise<Scenario & { began: number }> {
  const world = await openScenario({ database: 'built-in' });
  world.time.advance(HOUR_SECONDS / 10);
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  return { ...world, began: world.time.now() };
}

/** The names of the alarms that fire in a world; the first hour is only half of one. */
function firing(world: Scenario & { began: number }): string[] {
  const to = Math.floor(world.time.now() / 3_600_000) * 3_600_000;
  return ALARMS.filter((alarm) => fires(alarm, world.lines, world.began, to)).map(
    ({ name }) => name,
  );
}

const NAMES = [
  'CurrentPasswordRejected',
  'RotationOverdue',
  'RotationStuck',
  'DeletionFailed',
  'StepsFailing',
  'CertificateExpiring',
  'ReconcileNotRunning',
];

test('every alarm says what happened and where its article is, and tells the topic', () => {
  expect(ALARMS.map(({ name }) => name)).toEqual(NAMES);
  for (const { name, description } of ALARMS) {
    expect(description).toMatch(/^[A-Z].*\. Runbook: docs\/runbook\.md /);
    expect(description.endsWith(`#${name.toLowerCase()}`)).toBe(true);
  }
  const [topic] = Object.keys(template.resources).filter((id) => id.startsWith('Topic'));
  for (const { Properties } of ofType(template, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
  }
});

test('these are the alarms, to the last number', () => {
  const shown = ALARMS.map((alarm) => [
    alarm.MetricName,
    alarm.Statistic,
    alarm.ComparisonOperator === 'LessThanThreshold' ? '<' : '>=',
    alarm.Threshold,
    `${alarm.EvaluationPeriods} x ${alarm.Period} s`,
    alarm.TreatMissingData,
  ]);
  expect(shown.map((one) => one.join(' '))).toEqual([
    'CurrentPasswordRejected Maximum >= 1 1 x 3600 s notBreaching',
    'RotationsOverdue Maximum >= 1 2 x 3600 s notBreaching',
    'RotationsStuck Maximum >= 1 1 x 3600 s notBreaching',
    'DeletionsFailed Maximum >= 1 3 x 3600 s notBreaching',
    'RotationStepErrors Sum >= 3 1 x 21600 s notBreaching',
    'CertificateDaysLeft Minimum < 30 1 x 3600 s notBreaching',
    'SecretsReconciled Sum < 1 2 x 3600 s breaching',
  ]);
  const byClock = ALARMS.filter(({ EvaluationWindow }) => EvaluationWindow !== undefined);
  expect(byClock.map(({ name }) => name)).toEqual(['ReconcileNotRunning']);
});

test('a runbook of your own is what alarms refer to', () => {
  const own = alarmsOf(withRotation(() => ({ runbookUrl: 'https://wiki.example.com/rotation' })));
  expect(own[0]?.description).toContain(
    'Runbook: https://wiki.example.com/rotation#currentpasswordrejected',
  );
});

test('a dashboard is made unless it is not wanted', () => {
  expect(ofType(template, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  const without = withRotation(() => ({ dashboard: false }));
  expect(ofType(without, 'AWS::CloudWatch::Dashboard')).toEqual([]);
});

test('the dashboard shows these metrics', () => {
  const [dashboard] = ofType(template, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(show(template, dashboard?.Properties.DashboardBody));
  type Shown = [string, string, ...unknown[]];
  const metrics = (widgets as { properties: { metrics?: Shown[] } }[])
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map(([first, name, ...more]) => {
      const { stat, period, expression } = Object(typeof first === 'string' ? more.at(-1) : first);
      const dimensions = more.filter((one) => typeof one === 'string' && one !== 'FunctionName');
      return expression ?? [name, ...dimensions.slice(1), stat, period].filter(Boolean).join(' ');
    });
  expect(metrics).toEqual([
    'Duration Step finishSecret SampleCount 86400',
    'PasswordAgeDays Maximum 3600',
    'LivePasswords Sum 3600',
    'SecretsReconciled Sum 3600',
    'Duration Step createSecret p90 3600',
    'Duration Step setSecret p90 3600',
    'Duration Step testSecret p90 3600',
    'Duration Step finishSecret p90 3600',
    'Duration Step reconcile p90 3600',
    'RotationsOverdue Sum 3600',
    'RotationsStuck Sum 3600',
    'CurrentPasswordRejected Sum 3600',
    'DeletionsFailed Sum 3600',
    'CertificateDaysLeft Minimum 3600',
    `SEARCH('{RedisEnterpriseRotation,FunctionName,ErrorCode} MetricName="Errors" FunctionName="<AWS::Lambda::Function>"', 'Sum', 3600)`,
  ]);
});

test('several secrets in a healthy week, each some minutes late, miss nobody', async () => {
  await using world = await openHealthy();
  const late = [2, 14, 6, 0, 11];
  for (let hour = 0; hour < 60; hour += 1) {
    // Two secrets report in every hour: one after another, and never equally late.
    const minutes = [late[hour % 5] ?? 0, late[(hour * 3 + 1) % 5] ?? 0].sort((a, b) => a - b);
    const [first = 0, second = 0] = minutes;
    world.time.advance(first * 60);
    await reconcile(world);
    world.time.advance((second - first) * 60);
    await reconcile(world);
    world.time.advance(HOUR_SECONDS - second * 60);
  }
  const [missing] = alarmsOf(withTwoUsers()).filter(({ name }) => name === 'ReconcileNotRunning');
  expect(missing?.Threshold).toBe(2);
  const from = world.began + HOUR_SECONDS * 1_000;
  expect(missing && fires(missing, world.lines, from, world.time.now())).toBe(false);
});

function withTwoUsers() {
  return withRotation(undefined, (rotation) => {
    rotation.adoptUser('Carts', { ...ORDERS, username: 'carts' });
  });
}

test('no alarm fires in a healthy week, with a rotation, its retry, and a moment without a cluster', async () => {
  await using world = await openHealthy();
  await passHours(world, 72);
  // What an idle function in a VPC does when it is called again: it fails once, and then works.
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => ({ status: 503 });
  await callStep(world, 'setSecret', token).catch(() => undefined);
  world.api.fault = undefined;
  for (const step of ['setSecret', 'testSecret', 'finishSecret'])
    await callStep(world, step, token);
  await passHours(world, 96);
  expect(world.user.passwords).toHaveLength(1);
  expect(firing(world)).toEqual([]);
});

const SCENARIOS: [alarm: string, happen: (world: Scenario) => Promise<unknown>][] = [
  [
    'CurrentPasswordRejected',
    async (world) => {
      world.user.passwords = ['set-by-hand'];
      await world.cluster.onPasswords(world.user);
      await passHours(world, 6);
    },
  ],
  [
    'RotationOverdue',
    // Secrets Manager does not call, for whatever reason.
    async (world) => {
      world.time.advance(31 * 24 * HOUR_SECONDS);
      await passHours(world, 6);
    },
  ],
  [
    'RotationStuck',
    async (world) => {
      await callStep(world, 'createSecret', stageToken(world));
      await passHours(world, 30);
    },
  ],
  [
    'DeletionFailed',
    async (world) => {
      world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
      await passHours(world, 8);
    },
  ],
  [
    'StepsFailing',
    async (world) => {
      const token = stageToken(world);
      await callStep(world, 'createSecret', token);
      world.api.fault = ({ method }) => (method === 'POST' ? { status: 403 } : undefined);
      for (let hour = 0; hour < 12; hour += 1) {
        await callStep(world, 'setSecret', token).catch(() => undefined);
        await passHours(world, 1);
      }
    },
  ],
  [
    'CertificateExpiring',
    async (world) => {
      // Its own clock is at the last days of the certificate, which the machine's is not.
      world.time.advance((Date.now() - world.time.now()) / 1_000 + 350 * 24 * HOUR_SECONDS);
      await rotateSecret(world, world.arn);
      await passHours(world, 6);
    },
  ],
  ['ReconcileNotRunning', async (world) => passHours(world, 6, async () => undefined)],
  [
    'ReconcileNotRunning',
    async (world) => {
      await world.database.close();
      await passHours(world, 6);
    },
  ],
];

test.each(SCENARIOS)('%s fires in its scenario, and no other alarm does', async (alarm, happen) => {
  await using world = await openHealthy();
  if (alarm !== 'DeletionFailed') await passHours(world, 3);
  const began = alarm === 'CertificateExpiring' || alarm === 'RotationOverdue';
  await happen(world);
  // Where the clock was set forward, what lies between was no silence.
  const from = began ? world.time.now() - 6 * HOUR_SECONDS * 1_000 : world.began;
  expect(firing({ ...world, began: from })).toEqual([alarm]);
});

test('one secret of several that nobody looks at is missed within hours', async () => {
  await using world = await openHealthy();
  await passHours(world, 6);
  const missing = alarmsOf(withTwoUsers()).filter(({ name }) => name === 'ReconcileNotRunning');
  expect(missing.map(({ Threshold }) => Threshold)).toEqual([2]);
  const [alarm] = missing;
  expect(alarm && fires(alarm, world.lines, world.began, world.time.now())).toBe(true);
});
