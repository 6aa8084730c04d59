import { randomUUID } from 'node:crypto';
import { addUser, type Cluster } from '../sandbox/cluster/cluster.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { leftInTheEnd } from '../support/promises.ts';
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
} from '../support/scenario.ts';
import { valueIn } from '../support/witness.ts';
import { type Forgery, forge } from './adversary.ts';
import { close } from './crash.ts';
import { abandon } from './flows.ts';
import { type LAYOUTS, type Layout, type Outage, openLayout } from './layouts.ts';
import {
  hasRoom,
  isPasted,
  type Operation,
  OTHER_USER,
  operate,
  reset,
  type Site,
  undoPaste,
  valueNow,
} from './operations.ts';
import { openSchedule, type Run, type Schedule } from './schedule.ts';

/** One thing that happens; numbers choose among what is under way. */
export type Action =
  | { do: 'rotate' | 'rotate anew' | 'reconcile' | 'replaceAll' }
  | { do: 'rotate at once' | 'reconcile at once' }
  | { do: 'deliver again'; step: (typeof STEPS)[number] }
  | { do: 'go on'; who: number; calls: number }
  | { do: 'kill'; who: number; isApplied: boolean }
  | Outage
  | Forgery
  | Operation;

export type History = {
  login: 'self' | 'admin';
  layout: (typeof LAYOUTS)[number];
  overlap: number;
  actions: Action[];
};

// A rotation has four steps of at most a dozen calls, and a replaceAll two dozen.
const CALLS_MAX = 200;
// Without a database a reconcile settles one version at a time, and a secret may have ten.
const RECONCILES_MAX = 12;
// Three were enough in every history without an adversary, and four with one.
const REPLACE_ALLS_MAX = 4;

/** A rotation as Secrets Manager drives it: the next step once one is done, all again on failure. */
type Rotation = { token: string; run: Run | undefined; next: number };

/** Plays a history in a world of its own; what is broken in the end. */
export async function play({ login, layout: kind, overlap, actions }: History): Promise<string[]> {
  const world = await openScenario({
    login,
    database: 'built-in',
    ssl: false,
    settings: { OVERLAP_SECONDS: String(overlap) },
  });
  const layout = await openLayout(world, kind);
  for (const { cluster } of layout.accounts) await addOtherUser(cluster);
  world.witness.learn();
  forgetFirstVersion(world);
  const schedule = openSchedule(world, layout);
  const foreign = [FIRST_PASSWORD];
  const rotation: Rotation = { token: stageToken(world), run: undefined, next: 0 };
  const scene: Scene = {
    ...{ world, layout, schedule, rotation, foreign },
    accounts: layout.accounts,
    fields: valueNow(world) ?? {},
    isForged: false,
  };
  try {
    for (const action of actions) await act(scene, action);
    world.storeOptions.staleReadsMs = 0;
    for (const run of schedule.runs) await finish(schedule, run);
    const left = await settle(scene);
    return [...promisesBroken(world), ...left];
  } finally {
    await layout[Symbol.asyncDispose]();
    await close(world);
  }
}

/** The first value names other databases than the layout has. */
function forgetFirstVersion({ store, arn }: Scenario): void {
  store.write(arn, ({ versions }) => {
    for (const { id, stages } of [...versions.values()]) {
      if (!stages.includes('AWSCURRENT')) versions.delete(id);
    }
  });
}

async function addOtherUser(cluster: Cluster): Promise<void> {
  const { username: name, password } = OTHER_USER;
  await addUser(cluster, { name, role: 'db_viewer', passwords: [password] });
}

/** What a history is played on. */
type Scene = Site & {
  layout: Layout;
  schedule: Schedule;
  rotation: Rotation;
  /** Whether the adversary has done anything. */
  isForged: boolean;
};

async function act(scene: Scene, action: Action): Promise<void> {
  const { world, layout, schedule, rotation } = scene;
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
      if (!hasRoom(world)) return;
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
    case 'parameters away':
    case 'parameters back':
    case 'database is late':
      return layout.suffer(action);
    case 'forge a version':
    case 'forge a label':
      scene.isForged = true;
      return forge(world, action);
    default:
      await operate(scene, action, going.length === 0);
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
async function settle(scene: Scene): Promise<string[]> {
  const { world, layout, foreign, isForged } = scene;
  const { apis, databases } = layout;
  for (const server of [world.aws, ...apis, ...databases]) server.fault = undefined;
  await layout.mend();
  world.witness.only = undefined;
  await operate(scene, { do: 'tag back' }, true);
  await operate(scene, { do: 'rotation on' }, true);
  await abandon(world);
  await undoPaste(scene);
  if (isForged || isPasted(world)) await reset(scene, `reset-in-the-end-${world.time.now()}`);
  let isWanted = isForged;
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    isWanted ||= idOf(world, 'REPLACING') !== undefined;
    if (isWanted) isWanted = !(await replaceUntilDone(world));
    world.time.advance(Math.max(2 * OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
    await reconcile(world).catch(() => undefined);
    left = leftInTheEnd(world.witness.scene(), foreign).filter((what) => !isUntouched(world, what));
    if (left.length === 0) break;
  }
  return left;
}

async function replaceUntilDone(world: Scenario): Promise<boolean> {
  let isDone = false;
  for (let run = 0; run < REPLACE_ALLS_MAX && !isDone; run += 1) {
    isDone = await replaceAll(world).then(
      () => true,
      () => false,
    );
  }
  return isDone;
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
