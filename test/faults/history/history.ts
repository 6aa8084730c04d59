import { addUser, type Cluster } from '../../sandbox/cluster/cluster.ts';
import { valueIn } from '../../support/observation.ts';
import { leftInTheEnd, promisesBroken } from '../../support/promises.ts';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { close } from '../crash.ts';
import { abandon } from '../stage.ts';
import { type LAYOUTS, openLayout } from './layouts.ts';
import { operate, reset, undoPaste } from './operations.ts';
import { type Action, act, finish, type Playback } from './playback.ts';
import { openSchedule } from './schedule.ts';
import { isPasted, OTHER_USER, valueNow } from './site.ts';

export type History = {
  login: 'self' | 'admin';
  layout: (typeof LAYOUTS)[number];
  overlap: number;
  actions: Action[];
};

// Without a database, one reconcile settles one version, and a secret may have ten.
const RECONCILES_MAX = 12;
// Three were enough in every history without an adversary, and four with one.
const REPLACE_ALLS_MAX = 4;

/** Plays a history in a new world; returns the broken promises. */
export async function play({ actions, ...history }: History): Promise<string[]> {
  const playback = await openPlayback(history);
  const { world, schedule, layout } = playback;
  try {
    for (const action of actions) await act(playback, action);
    world.storeOptions.staleReadsMs = 0;
    for (const run of schedule.runs) await finish(schedule, run);
    const left = await settle(playback);
    return [...promisesBroken(world), ...left];
  } finally {
    await layout[Symbol.asyncDispose]();
    await close(world);
  }
}

async function openPlayback(history: Omit<History, 'actions'>): Promise<Playback> {
  const settings = { OVERLAP_SECONDS: String(history.overlap) };
  const isDefaultUser = history.layout === 'default user';
  // A default user has no login of its own.
  const login = isDefaultUser ? 'admin' : history.login;
  const options = { login, isDefaultUser, database: 'built-in', ssl: false, settings } as const;
  const world = await openScenario(options);
  const layout = await openLayout(world, history.layout);
  const { accounts } = layout;
  for (const { cluster } of accounts) await addOtherUser(cluster);
  world.witness.collectPasswords();
  deleteFirstVersion(world);
  return {
    world,
    layout,
    accounts,
    schedule: openSchedule(world, layout),
    foreign: [FIRST_PASSWORD],
    rotation: { token: stageToken(world), run: undefined, next: 0 },
    fields: valueNow(world) ?? {},
    isForged: false,
  };
}

/** Deletes the first version, which names other databases than the layout has. */
function deleteFirstVersion({ store, arn }: Scenario): void {
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

/** Restores the world, lets the overlap pass, and reconciles; returns what is left. */
async function settle(playback: Playback): Promise<string[]> {
  const { world, foreign } = playback;
  await restore(playback);
  let needsReplaceAll = playback.isForged;
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    needsReplaceAll ||= idOf(world, 'REPLACING') !== undefined;
    if (needsReplaceAll) needsReplaceAll = !(await replaceUntilDone(world));
    world.time.advance(Math.max(2 * OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
    await reconcile(world).catch(() => undefined);
    left = leftInTheEnd(world.witness.scene(), foreign).filter((what) => !isUntouched(world, what));
    if (left.length === 0) break;
  }
  return left;
}

/** Ends every fault, and undoes what an operator has to undo. */
async function restore(playback: Playback): Promise<void> {
  const { world, layout, isForged } = playback;
  const { apis, databases } = layout;
  for (const server of [world.aws, ...apis, ...databases]) server.fault = undefined;
  await layout.fix();
  world.witness.onlyInvocation = undefined;
  await operate(playback, { do: 'restore the tag' }, true);
  await operate(playback, { do: 'rotation on' }, true);
  await abandon(world);
  await undoPaste(playback);
  if (isForged || isPasted(world)) await reset(playback, `reset-in-the-end-${world.time.now()}`);
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

/** Returns whether a finding is about the labels of a secret that has never rotated. */
function isUntouched({ witness }: Scenario, finding: string): boolean {
  const versions = [...witness.scene().secret.versions.values()];
  const hasLive = versions.some(({ stages }) => stages.some((one) => one.startsWith('LIVE-')));
  const hasValue = versions.some((one) => valueIn(one) !== undefined);
  return !hasLive && finding.startsWith('labels') && hasValue;
}
