import type { Clients } from '../aws/clients.ts';
import { type FoundSecret, requireFunction } from '../aws/find-secret.ts';
import { lastErrors } from '../aws/last-errors.ts';
import type { Session } from '../session.ts';
import { describeError } from './report.ts';

// A query of the log takes seconds, and AWS bills it.
const INTERVAL_MS = 15_000;

/**
 * Returns a function that prints a new error of the log, and repeats it after Ctrl-C. Call it while
 * the rotation runs, with the elapsed milliseconds.
 */
export function followErrors(
  secret: FoundSecret,
  session: Session,
  clients: Clients,
  goesOn: string,
): (elapsed: number) => Promise<void> {
  const { progress, afterSignal, signal } = session;
  const started = Date.now();
  let readAt = 0;
  let shown: number | undefined;
  return async (elapsed) => {
    if (elapsed - readAt < INTERVAL_MS) return;
    readAt = elapsed;
    // The report at the end says why the log cannot be read.
    const errors = await lastErrors(clients, requireFunction(secret), started).catch(
      () => undefined,
    );
    signal.throwIfAborted();
    const error = errors?.get(secret.arn);
    if (error === undefined || error.at === shown) return;
    shown = error.at;
    const lines = describeError(error);
    for (const line of lines) progress.line(line);
    afterSignal(goesOn, ...lines);
  };
}
