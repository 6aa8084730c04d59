import { retry } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { CURRENT, hasLabel, PENDING, type SecretState } from '../secret/labels.ts';
import { changeLabel, describeSecret } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { requireCurrent } from '../secret/versions.ts';
import { assertAccepted, findRejection } from '../verification/verify.ts';

// Waits before AWSCURRENT is moved again, 35 s in total: reads may be 30 s behind.
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

/** @throws `secret_value_changed` if AWSCURRENT is not on the version that was read before. */
export function checkNotMoved(shown: SecretState, before: VersionValue, operation: string): void {
  if (requireCurrent(shown).id === before.versionId) return;
  const hint = `run ${operation} again`;
  throw new RotationError('secret_value_changed', 'AWSCURRENT has just moved', { hint });
}

/** Removes AWSPENDING from all other versions: no rotation may continue with their passwords. */
export async function removePending(state: SecretState, own: string, { secret }: Context) {
  for (const version of state.versions) {
    if (version.id === own || !hasLabel(version, PENDING)) continue;
    await changeLabel(secret, { label: PENDING, from: version.id });
  }
}

/**
 * Moves AWSCURRENT to a version. If another client moved it meanwhile, verifies the new password
 * again before each retry.
 */
export async function moveCurrent(
  shown: SecretState,
  value: VersionValue,
  replaced: Account[],
  context: Context,
): Promise<void> {
  const { secret } = context;
  let current = requireCurrent(shown);
  let failure: unknown;
  const isMoved = await retry(MOVE_WAITS_MS, context, async () => {
    if (failure !== undefined) {
      current = requireCurrent(await describeSecret(secret));
      if (current.id === value.versionId) return true;
      const options = { retryRejected: true };
      assertAccepted('replacing', await findRejection(value, replaced, context, options));
    }
    try {
      await changeLabel(secret, { label: CURRENT, to: value.versionId, from: current.id });
      return true;
    } catch (error) {
      failure = error;
      // A denial does not pass by itself.
      return isDenied(error) ? false : undefined;
    }
  });
  if (isMoved !== true) throw failure;
}

function isDenied(thrown: unknown): boolean {
  return thrown instanceof RotationError && /^AccessDenied/.test(thrown.cause?.name ?? '');
}
