import type { Clients } from '../aws/clients.ts';
import { type FoundSecret, requireFunction } from '../aws/find-secret.ts';
import { isOfRotation, type LastError, lastErrors } from '../aws/last-errors.ts';
import type { Session } from '../session.ts';
import { describeError } from './report.ts';

// A query of the log takes seconds, and AWS bills it.
const INTERVAL_MS = 15_000;

type ErrorWatch = {
  /** Prints a new error of the log. Call it at each poll, with the elapsed milliseconds. */
  onWait: (elapsed: number) => Promise<void>;
  /** Whether it has printed this error. */
  hasShown: (error: LastError) => boolean;
};

/** Follows the errors of a rotation in the function's log, and repeats the last after Ctrl-C. */
export function followErrors(
  secret: FoundSecret,
  session: Session,
  clients: Clients,
  goesOn: string,
): ErrorWatch {
  const { progress, afterSignal, signal } = session;
  const started = Date.now();
  let readAt = 0;
  let shown = '';
  const onWait = async (elapsed: number) => {
    if (elapsed - readAt < INTERVAL_MS) return;
    readAt = elapsed;
    // The report at the end says why the log cannot be read.
    const errors = await lastErrors(clients, requireFunction(secret), started).catch(
      () => undefined,
    );
    signal.throwIfAborted();
    const error = errors?.get(secret.arn)?.find(isOfRotation);
    if (error === undefined || error.message === shown) return;
    shown = error.message;
    const lines = describeError(error);
    for (const line of lines) progress.line(line);
    afterSignal(goesOn, ...lines);
  };
  return { onWait, hasShown: (error) => error.message === shown };
}
