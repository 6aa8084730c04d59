import { tellDatabases } from '../../sandbox/cluster/cluster.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import {
  callStep,
  openScenario,
  passwordOf,
  type Scenario,
  type ScenarioOptions,
  stageToken,
  stepEvent,
} from '../../support/scenario.ts';
import { rotate } from '../flows.ts';

/** What the function is asked to do; its first four under the token of a rotation. */
export const OPERATIONS = [...STEPS, 'reconcile', 'preflight', 'replaceAll'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** A world in which every operation can begin, again and again. */
export type Ground = AsyncDisposable & {
  world: Scenario;
  /** Brings the servers to where an operation begins, and forgets what they saw. */
  restore: (operation: Operation) => Promise<void>;
  event: (operation: Operation) => Record<string, unknown>;
  /** AWSCURRENT's value where an operation begins. */
  value: () => Record<string, unknown>;
};

// Shorter than the time between two runs, so that reconcile finds a password that is due.
const GROUND_OVERLAP_SECONDS = 1_800;
// Longer than a refused login or anything that was read is remembered: each run is the first.
const BETWEEN_RUNS_SECONDS = 1_860;

/** Opens a world and takes a rotation through it, keeping how the servers stand at each step. */
export async function openGround(options: ScenarioOptions = {}): Promise<Ground> {
  const settings = { OVERLAP_SECONDS: String(GROUND_OVERLAP_SECONDS), ...options.settings };
  const world = await openScenario({ database: 'built-in', ssl: false, ...options, settings });
  await rotate({ world, token: stageToken(world) });
  const token = stageToken(world);
  const saved = new Map<Operation, ReturnType<typeof save>>();
  for (const step of STEPS) {
    saved.set(step, save(world));
    await callStep(world, step, token);
  }
  const after = save(world);
  const restore = async (operation: Operation) => {
    const { secret, passwords } = structuredClone(saved.get(operation) ?? after);
    world.store.write(world.arn, (stored) => void Object.assign(stored, secret));
    world.time.advance(BETWEEN_RUNS_SECONDS);
    for (const user of world.cluster.users) Object.assign(user, { refusedAt: [], lockedUntil: 0 });
    world.user.passwords = passwords;
    await tellDatabases(world.cluster, world.user);
    forget(world);
  };
  const event = (operation: Operation) => {
    const { arn: SecretId } = world;
    if (operation === 'replaceAll') return { Step: operation, SecretId, Confirm: world.user.name };
    if (operation === 'reconcile' || operation === 'preflight')
      return { Step: operation, SecretId };
    return stepEvent(SecretId, operation, token);
  };
  const value = () => {
    const { port } = world.database;
    const password = passwordOf(world, 'AWSCURRENT');
    return { username: 'orders', password, host: '127.0.0.1', port, ssl: options.ssl ?? false };
  };
  return { world, restore, event, value, [Symbol.asyncDispose]: () => close(world) };
}

function save({ store, arn, user }: Scenario) {
  return structuredClone({ secret: store.latest(arn), passwords: user.passwords });
}

/** What the servers saw is judged run by run, and must not fill the memory that is measured. */
function forget({ witness, lines, api }: Scenario): void {
  witness.seen.length = 0;
  witness.texts.length = 0;
  witness.secrets.clear();
  witness.learn();
  lines.length = 0;
  api.calls.length = 0;
}

/** Each run has been judged, so that nothing is left for the scenario to judge. */
async function close(world: Scenario): Promise<void> {
  forget(world);
  await world[Symbol.asyncDispose]();
}

/** How the servers stand, as text that can be compared. */
export function standOf({ witness }: Scenario): string {
  const { secret, works } = witness.scene();
  const { versions, rotationEnabled, tags } = secret;
  return JSON.stringify([[...versions.values()], rotationEnabled, [...tags], works]);
}
