import type { Edges } from './edges.ts';
import { RotationError } from './errors.ts';
import type { RotationEvent } from './event.ts';
import { type Described, describeSecret, STALE_READ_WAITS_MS } from './secrets-manager.ts';
import { type Decision, findVersion, guard, isLive, type Staging } from './staging.ts';

/** `readAt`: when the labels were asked for, in milliseconds since the epoch. */
type Passed = { staging: Staging; readAt: number } & Exclude<Decision, { verdict: 'refused' }>;

/** What a step goes on with: the labels as they were read, and the two versions concerned. */
export type Guarded = Extract<Passed, { verdict: 'proceed' }>;

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
  if (wait === undefined) throw new RotationError(decision.code, decision.what);
  await edges.sleep(wait);
  return passGuard(event, edges, waits);
}

/** The labels once they show a write that was made. Throws `aws_call_failed` if they never do. */
export async function waitForLabels(
  { secret }: Edges,
  isSeen: (described: Described) => boolean,
  what: string,
): Promise<Described> {
  for (const wait of [...STALE_READ_WAITS_MS, undefined]) {
    const described = await describeSecret(secret);
    if (isSeen(described)) return described;
    if (wait !== undefined) await secret.sleep(wait);
  }
  throw new RotationError(
    'aws_call_failed',
    `secretsmanager:DescribeSecret does not show ${what}`,
    {
      hint: 'wait, then run it again: the reads of Secrets Manager are behind its writes',
    },
  );
}

/** The labels once they show a version that was written with LIVE. */
export function waitForVersion(edges: Edges, id: string): Promise<Described> {
  const isWritten = (seen: Staging) => {
    const version = findVersion(seen, id);
    return version !== undefined && isLive(version);
  };
  return waitForLabels(edges, isWritten, `LIVE on version ${id}, which was written`);
}
