import { type Account, readAccounts, usesOwnLogin } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import type { RotationEvent } from '../event.ts';
import { checkStep, type StepState } from '../secret/check-step.ts';
import { isLive, PENDING } from '../secret/labels.ts';
import { labelCapacityError } from '../secret/ledger.ts';
import { changeLabel, putVersion } from '../secret/secrets-manager.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import { readValue } from '../secret/versions.ts';
import { waitForVersion } from '../secret/wait-for-labels.ts';
import { withNewPassword } from './new-password.ts';
import { readPolicies } from './policies.ts';
import { labelChangesForCurrent } from './update-labels.ts';

/**
 * Before: AWS has set AWSPENDING on the token's version, which has no value.
 * Does: writes AWSCURRENT's value with another password, with AWSPENDING and LIVE in one call: the
 * version is stored before any request changes a cluster.
 * Safe to repeat because the value of a version never changes, and LIVE shows that it exists.
 */
export async function createSecret(
  { state, current, pending }: StepState,
  context: Context,
  event: RotationEvent,
): Promise<void> {
  if (isLive(pending)) return;
  const value = await readValue(context, current.id);
  const accounts = await readAccounts(context, value, state);
  if (accounts.some(usesOwnLogin)) requirePassword(value);
  const full = labelCapacityError(state);
  if (full !== undefined) throw full;
  const logins = accounts.map((account): [Account, VersionValue] => [account, value]);
  const policies = await readPolicies(logins, context);
  const text = withNewPassword(value, policies, context);
  for (const change of await labelChangesForCurrent(state, context)) {
    await changeLabel(context.secret, change);
  }
  // Another rotation may have taken AWSPENDING meanwhile.
  const checked = await checkStep(event, context.secret);
  if (checked.kind !== 'proceed') return;
  if (checked.current.id !== current.id) {
    const hint = 'rotate again: Secrets Manager retries the rotation';
    throw new RotationError('secret_value_changed', 'AWSCURRENT has just moved', { hint });
  }
  const { RotationToken: rotationToken } = event;
  const isWritten = await putVersion(context.secret, PENDING, {
    id: pending.id,
    text,
    rotationToken,
  });
  // setSecret waits for LIVE itself.
  if (isWritten) return;
  // An earlier call wrote the version with LIVE, or another client wrote it without LIVE.
  const what = 'the version with AWSPENDING has no LIVE label: createSecret did not write it';
  await waitForVersion(context.secret, pending.id, new RotationError('pending_not_created', what));
  await readValue(context, pending.id);
}
