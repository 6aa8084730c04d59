import type { Context } from './context.ts';
import type { Event, RotationEvent } from './event.ts';
import { createSecret } from './operations/create-secret.ts';
import { cleanUp, finishSecret } from './operations/finish-secret.ts';
import { type Reconciled, reconcile } from './operations/reconcile.ts';
import { replaceAll } from './operations/replace-all.ts';
import { setSecret } from './operations/set-secret.ts';
import { testSecret } from './operations/test-secret.ts';
import { type Preflight, preflight } from './preflight/preflight.ts';
import { checkStep } from './secret/read-labels.ts';

/**
 * What always holds, whatever is cut off, repeated or run at once:
 *
 *  - AWSCURRENT moves only to a password that was verified in the same invocation, or that a PUT of
 *    replaceAll has just made the only one. A replaced password stays valid for the overlap.
 *  - A password that may be on a cluster belongs to a version with LIVE.
 *  - Nothing is deleted unless AWSCURRENT was verified in the same invocation, and never a password
 *    that a version which stays holds too.
 *  - A request names the user that the tag binds, and no other user.
 */
export async function rotate(
  event: Event,
  edges: Context,
): Promise<Reconciled | Preflight | undefined> {
  switch (event.Step) {
    case 'reconcile':
      return reconcile(edges);
    case 'preflight':
      return preflight(edges);
    case 'replaceAll':
      await replaceAll(event, edges);
      return undefined;
    default:
      await runStep(event, edges);
      return undefined;
  }
}

const STEPS = { createSecret, setSecret, testSecret, finishSecret };

async function runStep(event: RotationEvent, edges: Context): Promise<void> {
  const passed = await checkStep(event, edges);
  if (passed.verdict === 'proceed') await STEPS[event.Step](passed, edges, event);
  if (passed.verdict === 'clean-up') await cleanUp(passed.staging, edges);
}
