import type { Edges } from './edges.ts';
import { RotationError, type RotationErrorCode } from './errors.ts';
import type { RotationEvent } from './event.ts';
import { describeSecret, STALE_READ_WAITS_MS } from './secrets-manager.ts';
import { type Decision, guard, type Staging } from './staging.ts';

/** What a step goes on with: the labels as they were read, and the two versions concerned. */
export type Guarded = { staging: Staging } & Extract<Decision, { verdict: 'proceed' }>;

type Passed = { staging: Staging } & Exclude<Decision, { verdict: 'refused' }>;

// What labels that are behind a write may look like.
const MAYBE_STALE: readonly RotationErrorCode[] = [
  'rotation_not_enabled',
  'token_not_staged',
  'current_missing',
  'token_not_pending',
  'pending_not_created',
];

/** Reads the labels and asks the guard; throws a refusal that no later read takes back. */
export async function passGuard(
  event: RotationEvent,
  edges: Edges,
  [wait, ...waits]: readonly number[] = STALE_READ_WAITS_MS,
): Promise<Passed> {
  const staging = await describeSecret(edges.secret);
  const decision = guard(staging, event.Step, event.ClientRequestToken);
  if (decision.verdict !== 'refused') return { staging, ...decision };
  if (wait === undefined || !MAYBE_STALE.includes(decision.code)) {
    throw new RotationError(decision.code, decision.what, decision.hint);
  }
  await edges.sleep(wait);
  return passGuard(event, edges, waits);
}
