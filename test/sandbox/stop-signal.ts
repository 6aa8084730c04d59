const PARENT_POLL_MS = 200;

/**
 * Returns a signal that is aborted when this process should stop: on Ctrl-C, on SIGTERM and SIGHUP,
 * after its parent has ended, or when nothing reads its output any more. A parent that is killed,
 * such as `npm run`, sends no signal.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  process.stdout.on('error', () => stop.abort());
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, PARENT_POLL_MS);
  poll.unref();
  return stop.signal;
}
