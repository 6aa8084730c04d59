import type { Edges } from '../context.ts';
import { RotationError } from '../errors.ts';
import type { RotationEvent } from '../event.ts';
import { type Decision, guard, liveLabel, type Staging } from './labels.ts';
import { isMade, type LabelChange } from './ledger.ts';
import { type Described, describeSecret, STALE_READ_WAITS_MS } from './secrets-manager.ts';

type Passed = { staging: Staging } & Exclude<Decision, { verdict: 'refused' }>;

/** What a step goes on with: the labels as they were read, and the two versions concerned. */
export type Guarded = Extract<Passed, { verdict: 'proceed' }>;

/** Reads the labels and asks the guard; throws a refusal that no later read takes back. */
export async function passGuard(
  event: RotationEvent,
  edges: Edges,
  [wait, ...waits]: readonly number[] = STALE_READ_WAITS_MS,
): Promise<Passed> {
  const staging = await describeSecret(edges.secret);
  const decision = guard(staging, event.Step, event.ClientRequestToken);
  if (decision.verdict !== 'refused') return { staging, ...decision };
  if (wait === undefined) throw new RotationError(decision.code, decision.what);
  await edges.sleep(wait);
  return passGuard(event, edges, waits);
}

/** Returns the labels once they show changes. @throws `aws_call_failed` if they never do. */
export async function waitForLabels({ secret }: Edges, changes: LabelChange[]): Promise<Described> {
  for (const wait of [...STALE_READ_WAITS_MS, undefined]) {
    const seen = await describeSecret(secret);
    if (changes.every((change) => isMade(seen, change))) return seen;
    if (wait !== undefined) await secret.sleep(wait);
  }
  const labels = changes.map(({ label }) => label);
  const what = `secretsmanager:DescribeSecret does not show ${labels.join(', ')} as written`;
  const hint = 'wait, then run it again: the reads of Secrets Manager are behind its writes';
  throw new RotationError('aws_call_failed', what, { hint });
}

/** The labels once they show a version that was written with LIVE. */
export function waitForVersion(edges: Edges, id: string): Promise<Described> {
  return waitForLabels(edges, [{ label: liveLabel(id), to: id }]);
}
