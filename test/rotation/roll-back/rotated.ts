import { rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  idOf,
  openScenario,
  passwordOf,
  type Scenario,
  type ScenarioOptions,
} from '../../support/scenario.ts';

/** A scenario after a rotation. `before` is the version that was replaced, `after` the new one. */
export type Rotated = Scenario & { before: string; after: string };

/** Opens a scenario and rotates once. */
export async function openRotated(options: ScenarioOptions = {}): Promise<Rotated> {
  const world = await openScenario(options);
  const before = String(idOf(world, 'AWSCURRENT'));
  // The versions differ in their dates.
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  world.time.advance(1);
  return { ...world, before, after: String(idOf(world, 'AWSCURRENT')) };
}

/** Returns what a refused rollback must not change. */
export function stateOf(world: Scenario) {
  const versions = [...world.store.latest(world.arn).versions.values()];
  return {
    labels: versions.map(({ id, stages }) => [id, [...stages].sort()]),
    passwords: world.user.passwords,
    current: passwordOf(world, 'AWSCURRENT'),
  };
}

/** Returns the time of a version's EXPIRES label, in seconds since the epoch. */
export function expiryOf({ store, arn }: Scenario, id: string): number | undefined {
  const stages = store.latest(arn).versions.get(id)?.stages ?? [];
  const [, seconds] = /EXPIRES-(\d+)-/.exec(stages.join()) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

/** Sets the expiry of a version `seconds` from now. */
export async function setExpiry(world: Scenario, id: string, seconds: number): Promise<void> {
  const old = expiryOf(world, id);
  if (old !== undefined) await updateStage(world, world.arn, `EXPIRES-${old}-${id}`, { from: id });
  const at = Math.floor(world.time.now() / 1_000) + seconds;
  await updateStage(world, world.arn, `EXPIRES-${at}-${id}`, { to: id });
}
