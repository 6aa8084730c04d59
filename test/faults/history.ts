import { randomUUID } from 'node:crypto';
import { leftInTheEnd } from '../promises.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  promisesBroken,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
  stepEvent,
} from '../scenario.ts';
import { valueIn } from '../witness.ts';
import { close } from './crash.ts';
import { abandon } from './flows.ts';
import { type Operation, operate } from './operations.ts';
import { openSchedule, type Run, type Schedule } from './schedule.ts';
import { type Outage, openTwoNodes, type TwoNodes } from './two-nodes.ts';

/** One thing that happens; numbers choose among what is under way. */
export type Action =
  | { do: 'rotate' | 'rotate anew' | 'reconcile' | 'replaceAll' }
  | { do: 'rotate at once' | 'reconcile at once' }
  | { do: 'deliver again'; step: (typeof STEPS)[number] }
  | { do: 'go on'; who: number; calls: number }
  | { do: 'kill'; who: number; isApplied: boolean }
  | Outage
  | Operation;

export type History = { login: 'self' | 'admin'; overlap: number; actions: Action[] };

// A rotation has four steps of at most a dozen calls, and a replaceAll two dozen.
const CALLS_MAX = 200;
const RECONCILES_MAX = 6;

/** A rotation as Secrets Manager drives it: the next step once one is done, all again on failure. */
type Rotation = { token: string; run: Run | undefined; next: number };

/** Plays a history in a world of its own; what is broken in the end. */
export async function play({ login, overlap, actions }: History): Promise<string[]> {
  const world = await openScenario({
    login,
    database: 'built-in',
    ssl: false,
    settings: { OVERLAP_SECONDS: String(overlap) },
  });
  const nodes = await openTwoNodes(world);
  const schedule = openSchedule(world, nodes);
  const foreign = [FIRST_PASSWORD];
  const rotation: Rotation = { token: stageToken(world), run: undefined, next: 0 };
  try {
    for (const action of actions) {
      await act({ world, nodes, schedule, rotation, foreign }, action);
    }
    world.storeOptions.staleReadsMs = 0;
    for (const run of schedule.runs) await finish(schedule, run);
    const left = await settle(world, nodes, foreign);
    return [...promisesBroken(world), ...left];
  } finally {
    await nodes[Symbol.asyncDispose]();
    await close(world);
  }
}

/** What a history is played on. */
type Scene = {
  world: Scenario;
  nodes: TwoNodes;
  schedule: Schedule;
  rotation: Rotation;
  /** Passwords that the function has not made. */
  foreign: string[];
};

async function act(scene: Scene, action: Action): Promise<void> {
  const { world, nodes, schedule, rotation, foreign } = scene;
  const { arn, user } = world;
  const going = schedule.runs.filter(({ state }) => state === 'running');
  switch (action.do) {
    case 'rotate anew':
      await abandon(world);
      Object.assign(rotation, { token: stageToken(world, randomUUID()), run: undefined, next: 0 });
      return;
    case 'rotate':
      return drive(world, schedule, rotation);
    case 'rotate at once':
      await act(scene, { do: 'rotate anew' });
      // Each step is begun, and then finished.
      for (const _ of [...STEPS, ...STEPS]) await drive(world, schedule, rotation);
      return;
    case 'deliver again': {
      await schedule.begin(stepEvent(arn, action.step, rotation.token));
      return;
    }
    case 'reconcile':
      await schedule.begin({ Step: 'reconcile', SecretId: arn });
      return;
    case 'reconcile at once':
      return finish(schedule, await schedule.begin({ Step: 'reconcile', SecretId: arn }));
    case 'replaceAll':
      await schedule.begin({ Step: 'replaceAll', SecretId: arn, Confirm: user.name });
      return;
    case 'go on':
    case 'kill': {
      const run = going[action.who % Math.max(going.length, 1)];
      if (run === undefined) return;
      if (action.do === 'kill') return schedule.kill(run, action.isApplied);
      for (let call = 0; call < action.calls; call += 1) await schedule.step(run);
      return;
    }
    case 'failover':
    case 'certificate change':
      return nodes.suffer(action);
    default:
      await operate(world, action, { isIdle: going.length === 0, foreign });
  }
}

/** The next step of the rotation, once the one before has ended. */
async function drive(world: Scenario, schedule: Schedule, rotation: Rotation): Promise<void> {
  const { run } = rotation;
  if (run?.state === 'running') return finish(schedule, run);
  if (run !== undefined) rotation.next = run.state === 'succeeded' ? rotation.next + 1 : 0;
  const Step = STEPS[rotation.next];
  if (Step === undefined) return;
  rotation.run = await schedule.begin(stepEvent(world.arn, Step, rotation.token));
}

async function finish(schedule: Schedule, run: Run): Promise<void> {
  for (let call = 0; call < CALLS_MAX && run.state === 'running'; call += 1) {
    await schedule.step(run);
  }
}

/** Nothing is under way, time passes, and reconcile runs; a secret that is broken is replaced. */
async function settle(world: Scenario, nodes: TwoNodes, foreign: string[]): Promise<string[]> {
  for (const server of [world.aws, ...nodes.apis, world.database]) server.fault = undefined;
  await nodes.mend();
  world.witness.only = undefined;
  await abandon(world);
  if (idOf(world, 'REPLACING') !== undefined) await replaceAll(world).catch(() => undefined);
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    world.time.advance(Math.max(2 * OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
    await reconcile(world).catch(() => undefined);
    left = leftInTheEnd(world.witness.scene(), foreign).filter((what) => !isUntouched(world, what));
    if (left.length === 0) break;
  }
  return left;
}

/** A secret that nobody has rotated yet has no LIVE. */
function isUntouched({ witness }: Scenario, what: string): boolean {
  const { secret } = witness.scene();
  const versions = [...secret.versions.values()];
  const isLabelled = versions.some(({ stages }) => stages.some((one) => one.startsWith('LIVE-')));
  return (
    !isLabelled && what.startsWith('labels') && versions.some((one) => valueIn(one) !== undefined)
  );
}
