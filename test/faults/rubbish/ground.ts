import { updateDatabases } from '../../sandbox/cluster/cluster.ts';
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

/** The operations of the function. The first four are the steps of a rotation. */
export const OPERATIONS = [
  ...STEPS,
  'reconcile',
  'preflight',
  'replaceAll',
  'updateFields',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** A world in which every operation can begin repeatedly. */
export type Ground = AsyncDisposable & {
  world: Scenario;
  /** Restores the servers to the start of an operation, and clears the witness. */
  restore: (operation: Operation) => Promise<void>;
  event: (operation: Operation) => Record<string, unknown>;
  /** Returns AWSCURRENT's value at the start of an operation. */
  value: () => Record<string, unknown>;
};

// Shorter than the time between two runs, so that reconcile finds an expired password.
const GROUND_OVERLAP_SECONDS = 1_800;
// Longer than the function caches what it reads and rejected logins: no run affects the next.
const BETWEEN_RUNS_SECONDS = 1_860;

/** Opens a world, and runs a rotation to save the state of the servers before each step. */
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
    await updateDatabases(world.cluster, world.user);
    clear(world);
  };
  const event = (operation: Operation) => {
    const { arn: SecretId } = world;
    if (operation === 'replaceAll') return { Step: operation, SecretId, Confirm: world.user.name };
    if (operation === 'reconcile' || operation === 'preflight')
      return { Step: operation, SecretId };
    if (operation === 'updateFields') {
      const { username: _, password: __, ...Fields } = value();
      return { Step: operation, SecretId, Fields: { ...Fields, note: 1 }, Remove: ['other'] };
    }
    return stepEvent(SecretId, operation, token);
  };
  const value = () => {
    const { port } = world.database;
    const password = passwordOf(world, 'AWSCURRENT');
    const { name: username } = world.user;
    return { username, password, host: '127.0.0.1', port, ssl: options.ssl ?? false };
  };
  return { world, restore, event, value, [Symbol.asyncDispose]: () => close(world) };
}

function save({ store, arn, user }: Scenario) {
  return structuredClone({ secret: store.latest(arn), passwords: user.passwords });
}

/** Clears what each run has checked, because it would count in the memory that is measured. */
function clear({ witness, lines, api }: Scenario): void {
  witness.observations.length = 0;
  witness.texts.length = 0;
  witness.secrets.clear();
  witness.collectPasswords();
  lines.length = 0;
  api.calls.length = 0;
}

/** Closes the world without another check of the promises. */
async function close(world: Scenario): Promise<void> {
  clear(world);
  await world[Symbol.asyncDispose]();
}

/** Returns the state of the servers as text, for comparison. */
export function stateOf({ witness }: Scenario): string {
  const { secret, validPasswords } = witness.scene();
  const { versions, rotationEnabled, tags } = secret;
  return JSON.stringify([[...versions.values()], rotationEnabled, [...tags], validPasswords]);
}
