import { REPLACE_AGAIN, UNCHANGED } from '../../lambda/errors.ts';
import { REPLACING, versionWithLabel } from '../../lambda/secret/labels.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import { isOfRotation, type LastError } from '../aws/last-errors.ts';
import { formatDuration } from '../duration.ts';
import { type Finding, fail, type Seen, warn } from './problem.ts';

const IF_NOTHING_LEAKED =
  'if nothing leaked, only fix the cause: this line goes away after 7 days; if a password leaked,';

/**
 * Whether a later success makes an error old news: for a step of a rotation, a rotation or a
 * replaceAll; for a replaceAll, only another one, because leaked passwords may still be valid.
 */
function isSettled(error: LastError, rotatedAt: number | undefined): boolean {
  const { at, replacedAt } = error;
  if (replacedAt !== undefined && replacedAt > at) return true;
  if (isFailedReplace(error)) return false;
  if (rotatedAt !== undefined && rotatedAt > at) return true;
  return !isOfRotation(error) && wasVerifiedSince(error);
}

/** The errors to show. One that hides that passwords are wrong, or leaked, must not win. */
export function openErrors(
  errors: LastError[],
  rotatedAt: number | undefined,
): Pick<Seen, 'rejection' | 'error'> {
  const open = errors.filter((error) => !isSettled(error, rotatedAt));
  const rejection = open.find(isRejection);
  const others = open.filter(
    (one) => one !== rejection && (isFailedReplace(one) || !isRejection(one)),
  );
  const error = others.find(isFailedReplace) ?? others.find(isOfRotation) ?? others[0];
  return { rejection, error };
}

/** AWSCURRENT was rejected, and no later success is in the log: applications may be locked out. */
export function rejectedRule(secret: FoundSecret, { rejection, now }: Seen): Finding | undefined {
  if (rejection === undefined) return undefined;
  // The hint of a replaceAll itself says what to do before the next run.
  const isReplacing =
    rejection.step !== 'replaceAll' && versionWithLabel(secret, REPLACING) !== undefined;
  return fail(describe(rejection, now), isReplacing ? REPLACE_AGAIN : rejection.hint);
}

/** Any other error. After a failed replaceAll, leaked passwords may be valid. */
export function errorRule({ error, now }: Seen): Finding | undefined {
  if (error === undefined) return undefined;
  const { hint, message } = error;
  if (!isFailedReplace(error)) return warn(describe(error, now), hint);
  const isUnchanged = message.startsWith(UNCHANGED);
  return fail(describe(error, now), isUnchanged ? `${IF_NOTHING_LEAKED} ${hint}` : hint);
}

/** An event that is invalid, such as one that names another user, starts no replaceAll. */
function isFailedReplace({ step, code }: LastError): boolean {
  return step === 'replaceAll' && code !== 'event_invalid';
}

function isRejection(error: LastError): boolean {
  return error.code === 'current_password_refused' && !wasVerifiedSince(error);
}

function wasVerifiedSince({ verifiedAt, at }: LastError): boolean {
  return verifiedAt !== undefined && verifiedAt > at;
}

function describe({ at, step, code, message }: LastError, now: number): string {
  return `last error ${formatDuration(now - at)} ago in ${step}: ${code}: ${message}`;
}
