import { expect, test } from 'vitest';
import { AFTERWARDS, crash } from './crash.ts';
import { FLOWS } from './flows.ts';
import { KINDS } from './injection.ts';

// The timeouts take seconds each; all of the matrix is run by `npm run faults`.
const QUICK = KINDS.filter((kind) => kind !== 'timeout');

// A process that dies is what happens to everybody: there every outside call is tried.
const DEADLY = ['rotation, admin', 'rotation, self, overlap 0', 'reconcile'];

test.each(
  FLOWS.filter(({ name }) => DEADLY.includes(name)),
)('killed at any outside call, it ends well when it is tried again: $name', async (flow) => {
  let calls = 0;
  for (let at = 1, isHit = true; isHit; at += 1) {
    for (const kind of ['killed before it is sent', 'applied, then killed'] as const) {
      const outcome = await crash(flow, { at, kind }, 'same token');
      isHit = outcome.isHit;
      expect(outcome.broken, `${kind} at call ${at}`).toEqual([]);
    }
    calls = at - 1;
  }
  // A reconcile makes the fewest: it reads, proves, deletes, and takes two labels off.
  expect(calls).toBeGreaterThan(8);
});

// Another call each, so that a few runs see much of the matrix.
const SAMPLE = FLOWS.flatMap((flow, row) =>
  QUICK.map((kind, column) => ({
    flow,
    name: flow.name,
    kind,
    at: 1 + ((row * 5 + column * 3) % 11),
    afterwards: AFTERWARDS[(row + column) % AFTERWARDS.length] ?? 'same token',
  })),
).filter((_, index) => index % 3 === 0);

test.each(SAMPLE)('$name, $kind at call $at, then $afterwards: every promise holds', async ({
  flow,
  kind,
  at,
  afterwards,
}) => {
  const { isHit, broken } = await crash(flow, { at, kind }, afterwards);
  expect({ isHit, broken }).toEqual({ isHit: true, broken: [] });
});
