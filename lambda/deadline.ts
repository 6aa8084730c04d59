import { RotationError } from './errors.ts';

/** The end of one invocation. Disposing of it stops what the invocation left running. */
export type Deadline = Disposable & {
  /** Stops AWS calls. */
  signal: AbortSignal;
  /** How long the invocation can go on and still report a failure, in milliseconds. */
  timeLeft: () => number;
  /** Rejects with `deadline_exceeded` if the work has not ended by the end of the invocation. */
  within: <T>(work: Promise<T>) => Promise<T>;
};

// Time for the operation to throw its own error after its AWS call was stopped.
const CALLS_MARGIN_MS = 3_000;
// Time for a request that is under way, for what follows it, and for the log.
const REQUESTS_MARGIN_MS = 25_000;
// Time for the log line. A function with little memory has a fraction of a core: timers are late.
const LOG_MARGIN_MS = 1_000;

/** Starts the clock of an invocation. Without `remainingMs` the invocation has no end. */
export function openDeadline(remainingMs: number | undefined, now: () => number): Deadline {
  const ends = now() + (remainingMs ?? Number.POSITIVE_INFINITY);
  const calls = new AbortController();
  const end = Promise.withResolvers<never>();
  // Without this handler, a rejection while no work is awaited would stop Node.js.
  end.promise.catch(() => undefined);
  const stop = () => {
    calls.abort();
    end.reject(new RotationError('deadline_exceeded', 'the time of the invocation was used up'));
  };
  const before = (marginMs: number, act: () => void) =>
    remainingMs === undefined ? undefined : setTimeout(act, remainingMs - marginMs);
  const timers = [before(CALLS_MARGIN_MS, () => calls.abort()), before(LOG_MARGIN_MS, stop)];
  return {
    signal: calls.signal,
    // After the end of the invocation, the work that is left must send no request.
    timeLeft: () => (calls.signal.aborted ? 0 : ends - REQUESTS_MARGIN_MS - now()),
    within: (work) => Promise.race([work, end.promise]),
    [Symbol.dispose]: () => {
      timers.forEach(clearTimeout);
      stop();
    },
  };
}
