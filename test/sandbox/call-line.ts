import type { CallReport } from './world.ts';

/** Returns a line about a call of the function, without values of its event or result. */
export function describeCall({ event, ms, result, error }: CallReport): string {
  const { Step, SecretId } = Object(event);
  // A step is a word. Anything else comes from a manual call.
  const step = /^\w+$/.test(String(Step)) ? Step : 'an invalid event';
  const [, name = ''] = /:secret:([\w/+=.@-]+)-\w{6}$/.exec(String(SecretId)) ?? [];
  const { deleted = 0 } = Object(result);
  const done = deleted === 0 ? 'done' : `deleted ${deleted} password${deleted === 1 ? '' : 's'}`;
  const outcome = error === undefined ? done : `failed: ${messageOf(error)}`;
  return [step, name, outcome, `in ${ms.toFixed(0)} ms`].filter(Boolean).join(' ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
