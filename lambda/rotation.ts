import type { Context } from './context.ts';
import type { Event, RotationEvent } from './event.ts';
import { createSecret } from './operations/create-secret.ts';
import { cleanUp, finishSecret } from './operations/finish-secret.ts';
import { type Reconciled, reconcile } from './operations/reconcile.ts';
import { type Replaced, replaceAll } from './operations/replace-all/replace-all.ts';
import { type RolledBack, rollBack } from './operations/roll-back/roll-back.ts';
import { setSecret } from './operations/set-secret.ts';
import { testSecret } from './operations/test-secret.ts';
import { type UpdatedFields, updateFields } from './operations/update-fields/update-fields.ts';
import { type Preflight, preflight } from './preflight/preflight.ts';
import { checkStep } from './secret/check-step.ts';

/**
 * What always holds, even if invocations are interrupted, repeated or concurrent:
 *
 *  - AWSCURRENT moves only after the invocation has verified the password; in a replaceAll, after a
 *    successful PUT. A replaced password stays valid for the overlap.
 *  - A password that may be on a cluster belongs to a version with LIVE.
 *  - Except in a replaceAll, nothing is deleted unless the invocation has verified AWSCURRENT. A
 *    password that a kept version also has stays.
 *  - A request names the user that the tag binds, and no other user.
 */
export async function runOperation(
  event: Event,
  context: Context,
): Promise<Reconciled | Preflight | Replaced | RolledBack | UpdatedFields | undefined> {
  switch (event.Step) {
    case 'reconcile':
      return reconcile(context);
    case 'preflight':
      return preflight(context);
    case 'replaceAll':
      return replaceAll(event, context);
    case 'rollBack':
      return rollBack(event, context);
    case 'updateFields':
      return updateFields(event, context);
    default:
      await runStep(event, context);
      return undefined;
  }
}

const STEPS = { createSecret, setSecret, testSecret, finishSecret };

async function runStep(event: RotationEvent, context: Context): Promise<void> {
  const checked = await checkStep(event, context.secret);
  if (checked.kind === 'proceed') await STEPS[event.Step](checked, context, event);
  if (checked.kind === 'clean-up') await cleanUp(checked.state, context);
}
