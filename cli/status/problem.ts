import type { LastError } from '../aws/last-errors.ts';

/** What is wrong with a secret. A `note` is worth knowing, and nothing is wrong. */
export type Problem = { code: string; level: Level; what: string; hint: string };

export type Level = 'fail' | 'warn' | 'note';

/** A problem without its code, which is the name of its rule. */
export type Finding = Omit<Problem, 'code'>;

export function fail(what: string, hint: string): Finding {
  return { level: 'fail', what, hint };
}

export function warn(what: string, hint: string): Finding {
  return { level: 'warn', what, hint };
}

export function note(what: string): Finding {
  return { level: 'note', what, hint: '' };
}

/**
 * When the pending version was created, and now, in ms since the epoch; whether the log was read,
 * and the errors in it that no success settled: a rejection of AWSCURRENT, a failed replaceAll, and
 * the worst other.
 */
export type Seen = {
  pending: number | undefined;
  now: number;
  isLogRead: boolean;
  rejection: LastError | undefined;
  failedReplace: LastError | undefined;
  error: LastError | undefined;
};
