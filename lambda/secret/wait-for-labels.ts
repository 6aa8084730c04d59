import { retry } from '../clock.ts';
import { RotationError } from '../errors.ts';
import type { SecretDescription } from './description.ts';
import { liveLabel } from './labels.ts';
import { isApplied, type LabelChange } from './ledger.ts';
import { describeSecret, type Secret, STALE_READ_WAITS_MS } from './secrets-manager.ts';

/**
 * Reads the labels until they show the changes.
 * @throws `aws_call_failed`, or `otherwise`, if they do not show them in time.
 */
export async function waitForLabels(
  secret: Secret,
  changes: LabelChange[],
  otherwise: RotationError = stale(changes),
): Promise<SecretDescription> {
  const shown = await retry(STALE_READ_WAITS_MS, secret, async () => {
    const seen = await describeSecret(secret);
    return changes.every((change) => isApplied(seen, change)) ? seen : undefined;
  });
  if (shown === undefined) throw otherwise;
  return shown;
}

/** Reads the labels until they show a version that was written with LIVE. */
export function waitForVersion(
  secret: Secret,
  id: string,
  otherwise?: RotationError,
): Promise<SecretDescription> {
  return waitForLabels(secret, [{ label: liveLabel(id), to: id }], otherwise);
}

function stale(changes: LabelChange[]): RotationError {
  const labels = changes.map(({ label }) => label);
  const what = `secretsmanager:DescribeSecret does not show the change of ${labels.join(', ')}`;
  const hint = 'wait, then run it again: the reads of Secrets Manager are behind its writes';
  return new RotationError('aws_call_failed', what, { hint });
}
