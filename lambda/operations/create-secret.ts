import { usesOwnLogin } from '../cluster/accounts.ts';
import { readPolicies } from '../cluster/password-policy.ts';
import type { Context } from '../context.ts';
import type { RotationEvent } from '../event.ts';
import { withNewPassword } from '../password/generate.ts';
import { isLive, PENDING } from '../secret/labels.ts';
import { labelCapacityError } from '../secret/ledger.ts';
import { checkStep, type StepState } from '../secret/read-labels.ts';
import { changeLabel, putVersion } from '../secret/secrets-manager.ts';
import { requirePassword } from '../secret/value.ts';
import { readAccounts, readValue } from '../secret/versions.ts';
import { labelChangesForCurrent } from './update-labels.ts';

/**
 * Before: AWS has staged the token as AWSPENDING, without a value.
 * Does: writes AWSCURRENT's value with another password, as AWSPENDING and LIVE in one call, so
 * that the intent is durable before the cluster is touched.
 * Safe to repeat because a version has one value for ever, and LIVE shows that it is there.
 */
export async function createSecret(
  { staging, current, pending }: StepState,
  edges: Context,
  event: RotationEvent,
): Promise<void> {
  if (isLive(pending)) return;
  const value = await readValue(edges, current.id);
  const accounts = await readAccounts(edges, value, staging);
  if (accounts.some(usesOwnLogin)) requirePassword(value);
  const room = labelCapacityError(staging);
  if (room !== undefined) throw room;
  const policies = await readPolicies(value, accounts, edges);
  const text = withNewPassword(value, policies, edges);
  for (const change of await labelChangesForCurrent(staging, edges)) {
    await changeLabel(edges.secret, change);
  }
  // Another rotation may have taken AWSPENDING over.
  if ((await checkStep(event, edges)).verdict !== 'proceed') return;
  const isWritten = await putVersion(edges.secret, PENDING, {
    id: pending.id,
    text,
    rotationToken: event.RotationToken,
  });
  // setSecret goes on only once it sees LIVE.
  if (isWritten) return;
  // An earlier try wrote it, or somebody else did.
  await checkStep({ ...event, Step: 'setSecret' }, edges);
  await readValue(edges, pending.id);
}
