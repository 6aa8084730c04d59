import fc from 'fast-check';
import { OPERATIONS } from './ground.ts';
import { edited, editsOf, mangling } from './json.ts';
import { type Kind, NOTHING, remaining } from './kind.ts';
import type { Feed } from './run.ts';

const FIELDS = [
  ...['Step', 'SecretId', 'ClientRequestToken', 'RotationToken', 'Confirm'],
  ...['Fields', 'Remove'],
];

const feeds: fc.Arbitrary<Feed> = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    edits: editsOf(FIELDS),
    mangle: mangling,
    remainingMs: remaining,
  })
  .map(({ operation, edits, mangle, remainingMs }) => ({
    shown: edits,
    operation,
    remainingMs,
    place: async () => NOTHING,
    event: ({ event }) => parsed(mangle(edited(event(operation), edits))),
  }));

/** Parses JSON. Returns the text itself if it is invalid, because Lambda passes only JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const EVENTS: Kind = { name: 'events', options: {}, feeds };
