import { readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { RotationError, rewordError, UNCHANGED } from '../../errors.ts';
import {
  hasLabel,
  PREVIOUS,
  type SecretState,
  shownId,
  type Version,
} from '../../secret/labels.ts';
import type { VersionValue } from '../../secret/value.ts';
import type { Rejection } from '../../verification/api.ts';
import { findRejection } from '../../verification/verify.ts';
import { omittedClusters } from '../omitted-clusters.ts';
import {
  type Candidate,
  checkCandidate,
  expiresWithin,
  NOT_OLDER,
  readCandidates,
} from './candidates.ts';

/** The version that becomes AWSCURRENT again. */
export type Target = { version: Version; value: VersionValue };

// The removal of EXPIRES takes some seconds, and must end 30 s before the expiry.
const MARGIN_SECONDS = 60;
const EXPIRING = 'it expires within a minute, or has expired';

const RETRY_HINT = 'then roll back again, or name another version in VersionId';

/**
 * Returns the named version, or the first version whose password every cluster accepts. Changes
 * nothing. @throws `version_not_restorable`, or why a version cannot be verified.
 */
export async function findTarget(
  read: SecretState,
  current: VersionValue,
  versionId: string | undefined,
  context: Context,
): Promise<Target> {
  const reasons: string[] = [];
  for (const candidate of await readCandidates(read, versionId, context)) {
    const isNamed = versionId !== undefined;
    const result = await examine(candidate, { current, isNamed, read }, context);
    if (typeof result !== 'string') return result;
    reasons.push(`version ${shownId(candidate.version.id)}: ${result}`);
    // A rollback has left this version already: an even older one must be named.
    if (hasLabel(candidate.version, PREVIOUS) && result === NOT_OLDER) break;
    // Stop after one rejected login, to avoid a lockout.
    if (context.rejectedLogins.size > 0) break;
  }
  const none =
    versionId === undefined ? 'no other version has LIVE' : 'no version with a label has VersionId';
  const what = reasons.length > 0 ? reasons.join('; ') : none;
  throw new RotationError('version_not_restorable', `${UNCHANGED}: ${what}`);
}

/** Returns the target, or why a version cannot be it. */
async function examine(
  candidate: Candidate,
  { current, isNamed, read }: { current: VersionValue; isNamed: boolean; read: SecretState },
  context: Context,
): Promise<Target | string> {
  const { version } = candidate;
  const value = checkCandidate(candidate, current, isNamed);
  if (typeof value === 'string') return value;
  if (expiresWithin(version, MARGIN_SECONDS, context)) return EXPIRING;
  const omitted = await omittedClusters(current, value, context);
  // The password that is left could not be deleted there.
  if (omitted.length > 0) return `it leaves out cluster ${omitted.join(', ')} of AWSCURRENT`;
  const target = { version, value };
  const rejection = await findTargetRejection(target, read, UNCHANGED, context);
  if (rejection !== undefined) return `${rejection.where} rejected its password`;
  // The verification may have taken a minute.
  return expiresWithin(version, MARGIN_SECONDS, context) ? EXPIRING : target;
}

/**
 * Verifies a target with its own fields: its host and port may not be those of AWSCURRENT. If it
 * cannot be verified, the error begins with `outcome`.
 */
export async function findTargetRejection(
  { version, value }: Target,
  state: SecretState,
  outcome: string,
  context: Context,
): Promise<Rejection | undefined> {
  try {
    return await findRejection(value, await readAccounts(context, value, state), context);
  } catch (thrown) {
    const before = `${outcome}: version ${shownId(version.id)} cannot be verified`;
    throw rewordError(thrown, { before, after: RETRY_HINT });
  }
}
