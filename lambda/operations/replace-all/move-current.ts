import { isDenial } from '../../aws/denial.ts';
import { retry } from '../../clock.ts';
import type { Account } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { toRotationError } from '../../errors.ts';
import { CURRENT, type SecretState } from '../../secret/labels.ts';
import { changeLabel, describeSecret } from '../../secret/secrets-manager.ts';
import type { VersionValue } from '../../secret/value.ts';
import { requireCurrent } from '../../secret/versions.ts';
import { assertAccepted, findRejection } from '../../verification/verify.ts';

// Waits before AWSCURRENT is moved again, 35 s in total: reads may be 30 s behind.
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

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
      return isDenial(toRotationError(error).cause?.name ?? '') ? false : undefined;
    }
  });
  if (isMoved !== true) throw failure;
}
