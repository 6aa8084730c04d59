/** An error whose message may be the reason of a failed deployment. It contains no secret. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError';
}

/** Returns the reason of a failed deployment. Of a bug, returns only the kind of the error. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof HandlerError) return thrown.message;
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  return `the handler failed with ${kind}; hint: deploy again, then report this`;
}
