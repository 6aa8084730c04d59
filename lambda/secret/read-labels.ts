import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import type { RotationEvent } from '../event.ts';
import { decideStep, liveLabel, type SecretState, type StepDecision } from './labels.ts';
import { isApplied, type LabelChange } from './ledger.ts';
import { describeSecret, type SecretDescription, STALE_READ_WAITS_MS } from './secrets-manager.ts';

type Passed = { staging: SecretState } & Exclude<StepDecision, { verdict: 'error' }>;

/** What a step goes on with: the labels as they were read, and the two versions concerned. */
export type StepState = Extract<Passed, { verdict: 'proceed' }>;

/** Reads the labels and asks the guard; throws a refusal that no later read takes back. */
export async function checkStep(
  event: RotationEvent,
  edges: Context,
  [wait, ...waits]: readonly number[] = STALE_READ_WAITS_MS,
): Promise<Passed> {
  const staging = await describeSecret(edges.secret);
  const decision = decideStep(staging, event.Step, event.ClientRequestToken);
  if (decision.verdict !== 'error') return { staging, ...decision };
  if (wait === undefined) throw new RotationError(decision.code, decision.what);
  await edges.sleep(wait);
  return checkStep(event, edges, waits);
}

/** Returns the labels once they show changes. @throws `aws_call_failed` if they never do. */
export async function waitForLabels(
  { secret }: Context,
  changes: LabelChange[],
): Promise<SecretDescription> {
  for (const wait of [...STALE_READ_WAITS_MS, undefined]) {
    const seen = await describeSecret(secret);
    if (changes.every((change) => isApplied(seen, change))) return seen;
    if (wait !== undefined) await secret.sleep(wait);
  }
  const labels = changes.map(({ label }) => label);
  const what = `secretsmanager:DescribeSecret does not show ${labels.join(', ')} as written`;
  const hint = 'wait, then run it again: the reads of Secrets Manager are behind its writes';
  throw new RotationError('aws_call_failed', what, { hint });
}

/** The labels once they show a version that was written with LIVE. */
export function waitForVersion(edges: Context, id: string): Promise<SecretDescription> {
  return waitForLabels(edges, [{ label: liveLabel(id), to: id }]);
}
