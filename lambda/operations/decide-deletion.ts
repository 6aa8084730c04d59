import { isSameUser } from '../cluster/accounts.ts';
import { USER_TAG } from '../names.ts';
import { isInUse, type SecretState, type Version } from '../secret/labels.ts';
import { isExpired } from '../secret/ledger.ts';
import type { VersionValue } from '../secret/value.ts';

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
  /** The clusters of the version that AWSCURRENT leaves out. */
  removedClusters: string[];
  nowSeconds: number;
};

/** Decides about one version. The password of a version in use is never deleted. */
export function decideDeletion(facts: DeletionFacts): DeletionDecision {
  const { state, version, value, current, removedClusters, nowSeconds } = facts;
  if (isInUse(version)) return { kind: 'keep' };
  if (!isSameUser(value, current)) {
    // With the same username and another email, it is unclear which user it belongs to.
    const isForeign = state.tags.has(USER_TAG) && value.username !== current.username;
    return isForeign
      ? { kind: 'removeLabels', reason: 'labels of another user removed' }
      : { kind: 'keep', reason: 'version of another user kept' };
  }
  if (!isExpired(version, nowSeconds)) return { kind: 'keep' };
  // AWSCURRENT cannot be verified on these clusters.
  if (removedClusters.length > 0) {
    return { kind: 'keep', reason: 'expired version of a removed cluster kept' };
  }
  const { password } = value;
  return password === undefined ? { kind: 'removeLabels' } : { kind: 'delete', password };
}
