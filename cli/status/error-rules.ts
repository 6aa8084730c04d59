import { REPLACE_AGAIN, UNCHANGED } from '../../lambda/errors.ts';
import { REPLACING, versionWithLabel } from '../../lambda/secret/labels.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import { isOfRotation, type LastError } from '../aws/last-errors.ts';
import { formatDuration } from '../duration.ts';
import { type Finding, fail, type Seen, warn } from './problem.ts';

const IF_ENDED =
  'If none leaked, or an administrator set a new one, do not: this line goes away after 7 days';

/**
 * Whether a later success makes an error old news: for a step of a rotation, a rotation or a
 * replaceAll; for a replaceAll, only another one, because leaked passwords may still be valid.
 */
function isSettled(error: LastError, rotatedAt: number | undefined): boolean {
  const { at, replacedAt, doneAt } = error;
  if (isAfter(replacedAt, at)) return true;
  if (isFailedReplace(error)) return false;
  if (isAfter(rotatedAt, at)) return true;
  return !isOfRotation(error) && isAfter(doneAt, at);
}

/** The errors to show, each the latest of its kind; of the others, that of a rotation first. */
export function openErrors(
  errors: LastError[],
  rotatedAt: number | undefined,
): Pick<Seen, 'rejection' | 'failedReplace' | 'error'> {
  const open = errors.filter((error) => !isSettled(error, rotatedAt));
  const rejection = open.find(isRejection);
  const failedReplace = open.find((one) => one !== rejection && isFailedReplace(one));
  const others = open.filter((one) => !isRejection(one) && !isFailedReplace(one));
  return { rejection, failedReplace, error: others.find(isOfRotation) ?? others[0] };
}

/** AWSCURRENT was rejected, and no later success is in the log: applications may be locked out. */
export function rejectedRule(secret: FoundSecret, { rejection, now }: Seen): Finding | undefined {
  if (rejection === undefined) return undefined;
  // The hint of a replaceAll itself says what to do before the next run.
  const isReplacing =
    rejection.step !== 'replaceAll' && versionWithLabel(secret, REPLACING) !== undefined;
  return fail(describe(rejection, now), isReplacing ? REPLACE_AGAIN : rejection.hint);
}

/** Leaked passwords may be valid. */
export function failedReplaceRule({ failedReplace, now }: Seen): Finding | undefined {
  if (failedReplace === undefined) return undefined;
  const { hint, message } = failedReplace;
  const isUnchanged = message.startsWith(UNCHANGED);
  return fail(describe(failedReplace, now), isUnchanged ? `${hint}. ${IF_ENDED}` : hint);
}

/** Any other error. */
export function errorRule({ error, now }: Seen): Finding | undefined {
  return error && warn(describe(error, now), error.hint);
}

/** An event that is invalid, such as one that names another user, starts no replaceAll. */
function isFailedReplace({ step, code }: LastError): boolean {
  return step === 'replaceAll' && code !== 'event_invalid';
}

function isRejection(error: LastError): boolean {
  const { code, verifiedAt, at } = error;
  return code === 'current_password_refused' && !isAfter(verifiedAt, at);
}

function isAfter(time: number | undefined, at: number): boolean {
  return time !== undefined && time > at;
}

function describe({ at, step, code, message }: LastError, now: number): string {
  return `last error ${formatDuration(now - at)} ago in ${step}: ${code}: ${message}`;
}
