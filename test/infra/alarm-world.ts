import { rotateSecret } from '../sandbox/setup.ts';
import {
  openScenario,
  reconcile,
  type Scenario,
  type ScenarioOptions,
} from '../support/scenario.ts';
import { alarmsOf, fires } from './alarm-evaluation.ts';
import { ORDERS, withRotation } from './rotation-template.ts';

export const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1_000;

/** A world, and when its log begins, in milliseconds since the epoch. */
type AlarmWorld = Scenario & { began: number };

const ALARMS = alarmsOf(withRotation());

/** Advances the clock by hours. Each hour begins with one call, by default a reconcile. */
export async function passHours(
  world: Scenario,
  hours: number,
  perHour = reconcile,
): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await perHour(world).catch(() => undefined);
    world.time.advance(HOUR_SECONDS);
  }
}

/** Opens a world with one secret, which rotates every 30 days, six minutes after the hour. */
export async function openHealthy(options: ScenarioOptions = {}): Promise<AlarmWorld> {
  const world = await openScenario({ database: 'built-in', ...options });
  world.time.advance(HOUR_SECONDS / 10);
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  return { ...world, began: world.time.now() };
}

/** Returns the names of the alarms that fire until the last full hour. */
export function firing(world: AlarmWorld): string[] {
  const to = Math.floor(world.time.now() / HOUR_MS) * HOUR_MS;
  const found = ALARMS.filter((alarm) => fires(alarm, world.lines, world.began, to));
  return found.map(({ name }) => name);
}

/** Returns the alarm ReconcileNotRunning of a construct with two secrets. */
export function reconcileAlarmOfTwoSecrets() {
  const template = withRotation(undefined, (rotation) => {
    rotation.adoptUser({ ...ORDERS, username: 'carts' });
  });
  const alarm = alarmsOf(template).find(({ name }) => name === 'ReconcileNotRunning');
  if (alarm === undefined) throw new Error('the template has no alarm ReconcileNotRunning');
  return alarm;
}
