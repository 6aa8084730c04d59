import fc from 'fast-check';
import { STEPS } from '../sandbox/rotation-driver.ts';
import type { Action, History } from './history.ts';

// Most things happen to what is under way; without that nothing would ever come to its end.
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('rotate' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('go on' as const),
      who: fc.nat(3),
      calls: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('reconcile' as const, 'replaceAll' as const, 'rotate anew' as const),
    }),
  },
  // What takes several rotations to go wrong is reached only where some of them come to their end.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('rotate at once' as const, 'reconcile at once' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('deliver again' as const),
      step: fc.constantFrom(...STEPS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      who: fc.nat(3),
      isApplied: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('time passes' as const),
      // Clocks are set back, too.
      seconds: fc.constantFrom(1, 60, 121, 1_800, 3_500, 3_601, 86_400, -60, -3_600),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reads are late' as const),
      ms: fc.constantFrom(0, 100, 2_500),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'roll back' as const,
        'put the old value' as const,
        'put another field' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constant('failover' as const), dies: fc.boolean() }),
      fc.record({ do: fc.constant('certificate change' as const), isTold: fc.boolean() }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('put a new value' as const, 'reset by an administrator' as const),
      n: fc.nat(999),
    }),
  },
);

/** Random interleavings, call by call, of all that may happen to a secret. */
export const histories: fc.Arbitrary<History> = fc.record({
  login: fc.constantFrom('self' as const, 'admin' as const),
  overlap: fc.constantFrom(0, 3_600),
  actions: fc.array(actions, { minLength: 4, maxLength: 40, size: 'max' }),
});
