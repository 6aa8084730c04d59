import { holder, moveLabel } from '../sandbox/aws/secret-store.ts';
import { setGeneration } from '../sandbox/cluster/cluster.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import type { Edge } from './injection.ts';

/** A world under a flow, and the token of its rotation. */
export type Stage = AsyncDisposable & {
  world: Scenario;
  edges: Edge[];
  token: string;
  /** Passwords that were never in the secret. */
  foreign: string[];
};

/** What the function is asked to do while a fault befalls it. */
export type Flow = {
  name: string;
  options: ScenarioOptions & { clusters?: 2 };
  prepare: (stage: Stage) => Promise<void>;
  act: (stage: Stage) => Promise<unknown>;
};

export async function rotate({ world, token }: Pick<Stage, 'world' | 'token'>): Promise<void> {
  for (const step of STEPS) await callStep(world, step, token);
}

/** Abandons what is pending, as an operator does, and stages another token. */
export async function stageAnother(stage: Stage): Promise<void> {
  await abandon(stage.world);
  stage.token = stageToken(stage.world);
}

/** Takes AWSPENDING off a version that is not AWSCURRENT. */
export async function abandon(world: Scenario): Promise<void> {
  const pending = idOf(world, 'AWSPENDING');
  if (pending === undefined) return;
  await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
}

async function rotateOnce(stage: Stage): Promise<void> {
  await stageAnother(stage);
  await rotate(stage);
  await stageAnother(stage);
}

/** A secret that has rotated before, as its labels say, and whose last overlap is over. */
async function markAsRotated({ world }: Stage): Promise<void> {
  world.store.write(world.arn, (secret) => {
    const current = holder(secret, 'AWSCURRENT');
    if (current !== undefined) moveLabel(secret, `LIVE-${current.id}`, current.id);
  });
}

/** A password is due. */
async function expire(stage: Stage): Promise<void> {
  await rotateOnce(stage);
  await abandon(stage.world);
  stage.world.time.advance(Math.max(OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
}

/** A rotation died after its POST, and another token has taken its place. */
async function abandonOne(stage: Stage): Promise<void> {
  await markAsRotated(stage);
  for (const step of STEPS.slice(0, 2)) await callStep(stage.world, step, stage.token);
  await stageAnother(stage);
}

/** A replaceAll whose PUT was done, and the reply lost. */
async function replaceHalf({ world }: Stage): Promise<void> {
  world.api.fault = ({ method }) => (method === 'PUT' ? 'reply lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  world.api.fault = undefined;
}

const nothing = async () => undefined;
const AT_ONCE = { settings: { OVERLAP_SECONDS: '0' } };
const PLAIN = { database: 'built-in', ssl: false } as const;
const ADOPTED = { value: { password: undefined } };

const rotation = { prepare: markAsRotated, act: rotate };
const reconciling = { prepare: expire, act: ({ world }: Stage) => reconcile(world) };
const oldRotation = {
  prepare: async (stage: Stage) => {
    setGeneration(stage.world.cluster, 'legacy');
    await markAsRotated(stage);
  },
  act: rotate,
};
const replacing = { prepare: markAsRotated, act: ({ world }: Stage) => replaceAll(world) };
const oldReplacing = { ...replacing, prepare: oldRotation.prepare };

export const FLOWS: Flow[] = (
  [
    ['rotation, admin', { login: 'admin' }, rotation],
    ['rotation, self', { login: 'self' }, rotation],
    ['rotation, admin, overlap 0', { login: 'admin', ...AT_ONCE }, rotation],
    ['rotation, self, overlap 0', { login: 'self', ...AT_ONCE }, rotation],
    ['first rotation, admin', { login: 'admin' }, { prepare: nothing, act: rotate }],
    ['first rotation, self', { login: 'self' }, { prepare: nothing, act: rotate }],
    ['adoption', { login: 'admin', ...ADOPTED }, { prepare: nothing, act: rotate }],
    ['rotation, admin, generation A', { login: 'admin' }, oldRotation],
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
    ['replaceAll, admin, generation A', { login: 'admin' }, oldReplacing],
    [
      'replaceAll, admin, no database',
      { login: 'admin', noDatabase: true, role: 'db_viewer' },
      replacing,
    ],
    ['replaceAll again', { login: 'admin' }, { ...replacing, prepare: replaceHalf }],
  ] as const
).map(([name, options, flow]) => ({ name, options: { ...PLAIN, ...options }, ...flow }));

/** Opens a world and brings it to where the flow begins. */
export async function openStage({ options, prepare }: Flow): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const { clusters, ...rest } = options;
  const world = started.use(await openScenario(rest));
  const edges: Edge[] = [world];
  if (clusters === 2) edges.push(started.use(await addSecondCluster(world)));
  const foreign = Object.hasOwn(options.value ?? {}, 'password') ? [FIRST_PASSWORD] : [];
  const token = stageToken(world);
  const running = started.move();
  const dispose = () => running.disposeAsync();
  const stage: Stage = { world, edges, token, foreign, [Symbol.asyncDispose]: dispose };
  try {
    await prepare(stage);
  } catch (error) {
    await dispose();
    throw error;
  }
  return stage;
}
