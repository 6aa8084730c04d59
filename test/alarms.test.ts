import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { alarmsOf, fires } from './alarm-evaluation.ts';
import { withRotation } from './rotation-template.ts';
import { rotateSecret } from './sandbox/setup.ts';
import { callStep, openScenario, reconcile, type Scenario, stageToken } from './scenario.ts';
import { ofType } from './template.ts';

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
  'CurrentRefused',
  'RotationOverdue',
  'RotationStuck',
  'DeletionFailed',
  'StepsFailing',
  'CertificateExpiring',
  'ReconcileMissing',
];

test('every alarm says what happened and where its article is, and tells the topic', () => {
  expect(ALARMS.map(({ name }) => name)).toEqual(NAMES);
  for (const { name, description } of ALARMS) {
    expect(description).toMatch(/^[A-Z].*\. https:\/\//);
    expect(description).toContain(`runbook.md#${name.toLowerCase()}`);
  }
  const [topic] = Object.keys(template.resources).filter((id) => id.startsWith('Topic'));
  for (const { Properties } of ofType(template, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
  }
});

test('no alarm fires in a healthy week, with a rotation, its retry, and a moment without a cluster', async () => {
  await using world = await openHealthy();
  await passHours(world, 72);
  // What an idle function in a VPC does when it is called again: it fails once, and then works.
  const token = stageToken(world);
  world.api.fault = () => ({ status: 503 });
  await callStep(world, 'createSecret', token);
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
    'CurrentRefused',
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
  ['ReconcileMissing', async (world) => passHours(world, 6, async () => undefined)],
  [
    'ReconcileMissing',
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
  const two = withRotation(undefined, (rotation) => {
    rotation.adoptUser('Carts', {
      username: 'carts',
      host: 'redis.eu.example.com',
      port: 12_000,
      schedule: 'rate(30 days)',
    });
  });
  await passHours(world, 6);
  const missing = alarmsOf(two).filter(({ name }) => name === 'ReconcileMissing');
  expect(missing.map(({ Threshold }) => Threshold)).toEqual([2]);
  const [alarm] = missing;
  expect(alarm && fires(alarm, world.lines, world.began, world.time.now())).toBe(true);
});
