import { holder, moveLabel } from '../sandbox/aws/secret-store.ts';
import { setGeneration } from '../sandbox/cluster/cluster.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { updateStage } from '../sandbox/setup.ts';
import { rollBack } from '../support/roll-back.ts';
import { callStep, idOf, replaceAll, type Scenario, stageToken } from '../support/scenario.ts';
import type { ClusterServers } from './injection.ts';

/** The world of a flow, and the token of its rotation. */
export type Stage = AsyncDisposable & {
  world: Scenario;
  clusters: ClusterServers[];
  token: string;
  /** Passwords that were never in the secret. */
  foreign: string[];
};

/** Abandons the pending rotation, as an operator does, and stages another token. */
export async function stageAnother(stage: Stage): Promise<void> {
  await abandon(stage.world);
  stage.token = stageToken(stage.world);
}

/** Removes AWSPENDING from every version, as an operator does. */
export async function abandon(world: Scenario): Promise<void> {
  const pending = idOf(world, 'AWSPENDING');
  if (pending === undefined) return;
  await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
}

/** Sets the labels of a secret that rotated before and whose last overlap has passed. */
export async function markAsRotated({ world }: Stage): Promise<void> {
  world.store.write(world.arn, (secret) => {
    const current = holder(secret, 'AWSCURRENT');
    if (current !== undefined) moveLabel(secret, `LIVE-${current.id}`, current.id);
  });
}

/** Rotates twice, so that a rollback restores a password of the function. */
export async function rotateTwice(stage: Stage): Promise<void> {
  for (const _ of [1, 2]) {
    // A rollback compares the dates of the versions.
    stage.world.time.advance(1);
    await stageAnother(stage);
    for (const step of STEPS) await callStep(stage.world, step, stage.token);
  }
}

/** Rolls back. A retry is refused if AWSCURRENT has moved back already. */
export async function goBack({ world }: Stage): Promise<unknown> {
  return rollBack(world).catch((error: unknown) => {
    const secret = world.store.latest(world.arn);
    const [current, previous] = ['AWSCURRENT', 'AWSPREVIOUS'].map((one) => holder(secret, one));
    const isBack = Number(previous?.createdAt) > Number(current?.createdAt);
    if (!isBack) throw error;
  });
}

/** Rotates twice, and starts another rotation that stops after its POST. */
export async function rotateTwiceAndHalf(stage: Stage): Promise<void> {
  await rotateTwice(stage);
  await stageAnother(stage);
  for (const step of STEPS.slice(0, 2)) await callStep(stage.world, step, stage.token);
}

/** Interrupts a rotation after its POST, and stages another token. */
export async function abandonOne(stage: Stage): Promise<void> {
  await markAsRotated(stage);
  for (const step of STEPS.slice(0, 2)) await callStep(stage.world, step, stage.token);
  await stageAnother(stage);
}

/** Runs a replaceAll whose PUT is applied and whose reply is lost. */
export async function replaceHalf({ world }: Stage): Promise<void> {
  world.api.fault = ({ method }) => (method === 'PUT' ? 'reply lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  world.api.fault = undefined;
}

/** Prepares a rotation on a cluster of generation A. */
export async function markAsRotatedOnLegacy(stage: Stage): Promise<void> {
  setGeneration(stage.world.cluster, 'legacy');
  await markAsRotated(stage);
}
