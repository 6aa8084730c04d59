import { USER_TAG } from '../../names.ts';
import { isInUse, type SecretState, type Version } from '../../secret/labels.ts';
import { isExpired } from '../../secret/ledger.ts';
import { boundUser, isSameUser } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';

/** What happens to a version and its password. `reason` is a log message. */
type DeletionDecision =
  | { kind: 'delete'; password: string }
  | { kind: 'removeLabels'; reason?: string }
  | { kind: 'keep'; reason?: string };

/** What the decision depends on, read immediately before. */
type DeletionFacts = {
  state: SecretState;
  version: Version;
  value: VersionValue;
  /** The value of AWSCURRENT. */
  current: VersionValue;
  /** The values of the versions whose passwords must stay valid. */
  kept: readonly (VersionValue | undefined)[];
  /** The clusters of the version that AWSCURRENT leaves out. */
  omittedClusters: readonly string[];
  nowSeconds: number;
};

/** Decides about one version. Never deletes the password of a version that stays valid. */
export function decideDeletion(facts: DeletionFacts): DeletionDecision {
  const { state, version, value, current, kept, omittedClusters, nowSeconds } = facts;
  if (isInUse(version)) return { kind: 'keep' };
  if (!isSameUser(value, current)) {
    // With the same username and another email, it is unclear which user it belongs to.
    const isForeign = state.tags.has(USER_TAG) && boundUser(value) !== boundUser(current);
    return isForeign
      ? {
          kind: 'removeLabels',
          reason: 'labels of another user removed, whose passwords may be valid',
        }
      : { kind: 'keep', reason: 'version of another user kept' };
  }
  if (!isExpired(version, nowSeconds)) return { kind: 'keep' };
  // AWSCURRENT cannot be verified on these clusters.
  if (omittedClusters.length > 0) {
    return { kind: 'keep', reason: 'expired version of an omitted cluster kept' };
  }
  const { password } = value;
  const isKept = kept.some(
    (one) => one?.password === password && one && boundUser(one) === boundUser(value),
  );
  return password === undefined || isKept ? { kind: 'removeLabels' } : { kind: 'delete', password };
}
