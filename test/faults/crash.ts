import { leftInTheEnd, promisesBroken } from '../support/promises.ts';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
} from '../support/scenario.ts';
import { type Flow, openStage, rotate } from './flows.ts';
import { type Injection, inject } from './injection.ts';
import { abandon, type Stage, stageAnother } from './stage.ts';

/** How a flow continues after a fault. */
export const AFTERWARDS = ['same token', 'new token', 'reconcile between'] as const;
export type Afterwards = (typeof AFTERWARDS)[number];

/** The result of one run: whether the flow reached the faulty call, and the broken promises. */
export type Outcome = { isHit: boolean; broken: string[] };

// Secrets Manager retries a rotation several times.
const ATTEMPTS = 3;
// Without a database, one reconcile settles one version.
const RECONCILES_MAX = 6;

// Until their next run, a cluster may reject AWSCURRENT, or the secret may have no value.
const REPEATED = /^(replaceAll|updateFields, (first value|a cluster joins))/;

// The first reconcile runs so long before the end of the overlap, when nothing has expired.
const LEFT_SECONDS = 60;

/** Returns how many outside calls a flow makes without a fault. */
export async function countCalls(flow: Flow): Promise<number> {
  const stage = await openStage(flow);
  const at = Number.POSITIVE_INFINITY;
  const { calls, fix } = inject(stage.world, stage.clusters, { at, kind: '500' });
  await flow.act(stage);
  fix();
  await close(stage);
  return calls();
}

/** Runs a flow with a fault, continues it afterwards, and checks the servers at the end. */
export async function crash(
  flow: Flow,
  injection: Injection,
  afterwards: Afterwards,
): Promise<Outcome> {
  const stage = await openStage(flow);
  const { world } = stage;
  const broken: string[] = [];
  const { calls, fix } = inject(world, stage.clusters, injection);
  await flow.act(stage).catch(() => undefined);
  fix();
  const isHit = calls() >= injection.at;
  if (isHit) {
    broken.push(...(await resume(flow, stage, afterwards)));
    broken.push(...(await settle(stage)), ...promisesBroken(world));
  }
  await close(stage);
  return { isHit, broken };
}

/** Closes a world whose promises have been checked already. */
export async function close(world: AsyncDisposable): Promise<void> {
  try {
    await world[Symbol.asyncDispose]();
  } catch {
    // The caller has reported every broken promise.
  }
}

async function resume(flow: Flow, stage: Stage, afterwards: Afterwards): Promise<string[]> {
  const { world } = stage;
  const isRepeated = REPEATED.test(flow.name);
  let failure: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      await runBetween(stage, afterwards).catch((error: unknown) => {
        if (!isRepeated) throw error;
      });
      if (afterwards !== 'new token' || isRepeated) await flow.act(stage);
      return [];
    } catch (error) {
      failure = error;
      world.user.rejectedAt = [];
    }
  }
  return [`${afterwards}: the flow still fails: ${failure}`];
}

/** Runs what comes before the flow's retry. A rotation with a new token takes its place. */
async function runBetween(stage: Stage, afterwards: Afterwards): Promise<void> {
  if (afterwards === 'reconcile between') await reconcile(stage.world);
  if (afterwards !== 'new token') return;
  await stageAnother(stage);
  await rotate(stage);
}

/** Lets the overlap pass with reconciles before and after its end; returns what is left. */
async function settle({ world, foreign }: Stage): Promise<string[]> {
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
