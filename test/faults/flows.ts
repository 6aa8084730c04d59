import { STEPS } from '../sandbox/rotation-driver.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  replaceAll,
  type ScenarioOptions,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import type { ClusterServers } from './injection.ts';
import {
  abandon,
  abandonOne,
  goBack,
  markAsRotated,
  markAsRotatedOnLegacy,
  replaceHalf,
  rotateTwice,
  rotateTwiceAndHalf,
  type Stage,
  stageAnother,
} from './stage.ts';
import { UPDATE_FLOWS } from './update-flows.ts';

/** What the function does while a fault occurs. */
export type Flow = {
  name: string;
  options: ScenarioOptions & { clusters?: 2 };
  prepare: (stage: Stage) => Promise<void>;
  act: (stage: Stage) => Promise<unknown>;
};

export async function rotate({ world, token }: Pick<Stage, 'world' | 'token'>): Promise<void> {
  for (const step of STEPS) await callStep(world, step, token);
}

/** Rotates, and lets the overlap of the replaced password pass. */
async function expire(stage: Stage): Promise<void> {
  await stageAnother(stage);
  await rotate(stage);
  await stageAnother(stage);
  await abandon(stage.world);
  stage.world.time.advance(Math.max(OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
}

const nothing = async () => undefined;
const NO_OVERLAP = { settings: { OVERLAP_SECONDS: '0' } };
const PLAIN = { database: 'built-in', ssl: false } as const;
const DEFAULT_USER = { isDefaultUser: true };
const ADOPTED = { value: { password: undefined } };

const rotation = { prepare: markAsRotated, act: rotate };
const legacyRotation = { prepare: markAsRotatedOnLegacy, act: rotate };
const reconciling = { prepare: expire, act: ({ world }: Stage) => reconcile(world) };
const replacing = { prepare: markAsRotated, act: ({ world }: Stage) => replaceAll(world) };
const rollingBack = { prepare: rotateTwice, act: goBack };
const legacyReplacing = { ...replacing, prepare: markAsRotatedOnLegacy };

export const FLOWS: Flow[] = (
  [
    ['rotation, admin', { login: 'admin' }, rotation],
    ['rotation, self', { login: 'self' }, rotation],
    ['rotation, admin, overlap 0', { login: 'admin', ...NO_OVERLAP }, rotation],
    ['rotation, self, overlap 0', { login: 'self', ...NO_OVERLAP }, rotation],
    ['first rotation, admin', { login: 'admin' }, { prepare: nothing, act: rotate }],
    ['first rotation, self', { login: 'self' }, { prepare: nothing, act: rotate }],
    ['adoption', { login: 'admin', ...ADOPTED }, { prepare: nothing, act: rotate }],
    ['rotation, admin, generation A', { login: 'admin' }, legacyRotation],
    ['rotation, self, no database', { login: 'self', noDatabase: true }, rotation],
    ['rotation, two clusters', { login: 'admin', clusters: 2 }, rotation],
    ['abandoned, then another', { login: 'admin' }, { prepare: abandonOne, act: rotate }],
    ['reconcile', { login: 'admin' }, reconciling],
    ['reconcile, two clusters', { login: 'self', clusters: 2 }, reconciling],
    ['reconcile, no database', { login: 'self', noDatabase: true }, reconciling],
    ['replaceAll, self, no database', { login: 'self', noDatabase: true }, replacing],
    ['replaceAll, admin', { login: 'admin' }, replacing],
    ['replaceAll, self', { login: 'self' }, replacing],
    ['replaceAll, two clusters', { login: 'admin', clusters: 2 }, replacing],
    ['replaceAll, self, two clusters', { login: 'self', clusters: 2 }, replacing],
    ['replaceAll, admin, generation A', { login: 'admin' }, legacyReplacing],
    [
      'replaceAll, admin, no database',
      { login: 'admin', noDatabase: true, role: 'db_viewer' },
      replacing,
    ],
    ['rotation, default user', DEFAULT_USER, rotation],
    ['rotation, default user, overlap 0', { ...DEFAULT_USER, ...NO_OVERLAP }, rotation],
    ['adoption, default user', { ...DEFAULT_USER, ...ADOPTED }, { prepare: nothing, act: rotate }],
    ['reconcile, default user', DEFAULT_USER, reconciling],
    ['replaceAll, default user', DEFAULT_USER, replacing],
    ['rollBack, default user', DEFAULT_USER, rollingBack],
    ['replaceAll again', { login: 'admin' }, { ...replacing, prepare: replaceHalf }],
    ['rollBack, admin', { login: 'admin' }, rollingBack],
    ['rollBack, self, no database', { login: 'self', noDatabase: true }, rollingBack],
    ['rollBack, two clusters', { login: 'self', clusters: 2 }, rollingBack],
    [
      'rollBack during a rotation',
      { login: 'admin' },
      { ...rollingBack, prepare: rotateTwiceAndHalf },
    ],
    ...UPDATE_FLOWS,
  ] as const
).map(([name, options, flow]) => ({ name, options: { ...PLAIN, ...options }, ...flow }));

/** Opens a world, and prepares it for the start of the flow. */
export async function openStage({ options, prepare }: Flow): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const { clusters, ...rest } = options;
  const world = started.use(await openScenario(rest));
  const servers: ClusterServers[] = [world];
  if (clusters === 2) servers.push(started.use(await addSecondCluster(world)));
  const foreign = Object.hasOwn(options.value ?? {}, 'password') ? [FIRST_PASSWORD] : [];
  const token = stageToken(world);
  const running = started.move();
  const dispose = () => running.disposeAsync();
  const stage = { world, clusters: servers, token, foreign, [Symbol.asyncDispose]: dispose };
  try {
    await prepare(stage);
  } catch (error) {
    await dispose();
    throw error;
  }
  return stage;
}
