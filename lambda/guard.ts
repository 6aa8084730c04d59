import type { Edges } from './edges.ts';
import { RotationError, type RotationErrorCode } from './errors.ts';
import type { RotationEvent } from './event.ts';
import { type Described, describeSecret, STALE_READ_WAITS_MS } from './secrets-manager.ts';
import { type Decision, guard, has, REPLACING, type Staging } from './staging.ts';

/** `readAt`: when the labels were asked for, in milliseconds since the epoch. */
type Passed = { staging: Staging; readAt: number } & Exclude<Decision, { verdict: 'refused' }>;

/** What a step goes on with: the labels as they were read, and the two versions concerned. */
export type Guarded = Extract<Passed, { verdict: 'proceed' }>;

// What labels that are behind a write cannot look like.
const NEVER_STALE: RotationErrorCode[] = ['replace_in_progress'];

/** Reads the labels and asks the guard; throws a refusal that no later read takes back. */
export async function passGuard(
  event: RotationEvent,
  edges: Edges,
  [wait, ...waits]: readonly number[] = STALE_READ_WAITS_MS,
): Promise<Passed> {
  const readAt = edges.now();
  const staging = await describeSecret(edges.secret);
  const decision = guard(staging, event.Step, event.ClientRequestToken);
  if (decision.verdict !== 'refused') return { staging, readAt, ...decision };
  if (wait === undefined || NEVER_STALE.includes(decision.code)) {
    throw new RotationError(decision.code, decision.what);
  }
  await edges.sleep(wait);
  return passGuard(event, edges, waits);
}

/** The labels once they show a write that is known to be made; as they are, where they never do. */
export async function describeUntil(
  { secret }: Edges,
  isSeen: (described: Described) => boolean,
): Promise<Described> {
  let described = await describeSecret(secret);
  for (const wait of STALE_READ_WAITS_MS) {
    if (isSeen(described)) break;
    await secret.sleep(wait);
    described = await describeSecret(secret);
  }
  return described;
}

/** The labels, while the version has REPLACING; undefined once another run has finished. */
export async function stillReplacing(id: string, edges: Edges): Promise<Staging | undefined> {
  const isReplacing = ({ versions }: Staging) =>
    versions.some((version) => version.id === id && has(version, REPLACING));
  const staging = await describeUntil(edges, isReplacing);
  return isReplacing(staging) ? staging : undefined;
}
