import { leftInTheEnd } from '../support/promises.ts';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  OVERLAP_SECONDS,
  passwordOf,
  promisesBroken,
  reconcile,
} from '../support/scenario.ts';
import { abandon, type Flow, openStage, rotate, type Stage, stageAnother } from './flows.ts';
import { type Injection, inject } from './injection.ts';

/** What becomes of the flow after a fault. */
export const AFTERWARDS = ['same token', 'new token', 'reconcile between'] as const;
export type Afterwards = (typeof AFTERWARDS)[number];

/** What one run came to: which promises were broken, and whether the fault befell it at all. */
export type Outcome = { isHit: boolean; broken: string[] };

// Secrets Manager tries a rotation again several times.
const TRIES = 3;
// Without a database a reconcile settles one version a time.
const RECONCILES_MAX = 6;

// Of the overlap, when reconcile looks for the first time: nothing is to be deleted yet.
const LEFT_SECONDS = 60;

/** How many outside calls a flow has where nothing befalls it. */
export async function countCalls(flow: Flow): Promise<number> {
  const stage = await openStage(flow);
  const at = Number.POSITIVE_INFINITY;
  const { calls, mend } = inject(stage.world, stage.edges, { at, kind: '500' });
  await flow.act(stage);
  mend();
  await close(stage);
  return calls();
}

/** Runs a flow under a fault, then what comes afterwards, and looks at the servers in the end. */
export async function crash(
  flow: Flow,
  injection: Injection,
  afterwards: Afterwards,
): Promise<Outcome> {
  const stage = await openStage(flow);
  const { world } = stage;
  const broken: string[] = [];
  const { calls, mend } = inject(world, stage.edges, injection);
  await flow.act(stage).catch(() => undefined);
  mend();
  const isHit = calls() >= injection.at;
  if (isHit) {
    broken.push(...(await goOn(flow, stage, afterwards)));
    broken.push(...(await settle(stage)), ...promisesBroken(world));
  }
  await close(stage);
  return { isHit, broken };
}

/** What closing finds broken has been noted before. */
export async function close(world: AsyncDisposable): Promise<void> {
  try {
    await world[Symbol.asyncDispose]();
  } catch {
    // Nothing is left to tell.
  }
}

async function goOn(flow: Flow, stage: Stage, afterwards: Afterwards): Promise<string[]> {
  const { world } = stage;
  const isReplaceAll = flow.name.startsWith('replaceAll');
  let failure: unknown;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      await between(stage, afterwards).catch((error: unknown) => {
        // A replaceAll that was cut off may have left AWSCURRENT rejected until its next run.
        if (!isReplaceAll) throw error;
      });
      if (afterwards !== 'new token' || isReplaceAll) await flow.act(stage);
      return [];
    } catch (error) {
      failure = error;
      world.user.refusedAt = [];
    }
  }
  return [`${afterwards} does not go on: ${failure}`];
}

/** What happens before the flow runs again; with a new token a rotation takes its place. */
async function between(stage: Stage, afterwards: Afterwards): Promise<void> {
  if (afterwards === 'reconcile between') await reconcile(stage.world);
  if (afterwards === 'new token') await rotateAnother(stage);
}

/** A rotation under another token. */
async function rotateAnother(stage: Stage): Promise<void> {
  await stageAnother(stage);
  await rotate(stage);
}

/** Time passes, and reconcile runs as it does every hour: before the overlap is over, too. */
export async function settle({ world, foreign }: Stage): Promise<string[]> {
  await abandon(world);
  world.time.advance(Math.max(0, world.overlapMs / 1_000 - LEFT_SECONDS));
  await reconcile(world).catch(() => undefined);
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    world.time.advance(Math.max(OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
    await reconcile(world).catch(() => undefined);
    left = leftInTheEnd(world.witness.scene(), foreign);
    if (left.length === 0) break;
  }
  if (passwordOf(world, 'AWSCURRENT') === FIRST_PASSWORD) left.push('nothing was rotated');
  return left;
}
