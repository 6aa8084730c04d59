import fc from 'fast-check';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { forgeries } from './forgeries.ts';
import type { History } from './history.ts';
import { LAYOUTS } from './layouts.ts';
import type { Action } from './playback.ts';

// Most actions continue a running invocation, so that invocations end.
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('rotate' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('continue' as const),
      who: fc.nat(3),
      calls: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'reconcile' as const,
        'replaceAll' as const,
        'rollBack' as const,
        'updateFields' as const,
        'stage a new token' as const,
      ),
    }),
  },
  // Some faults need several complete rotations.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'rotate completely' as const,
        'reconcile completely' as const,
        'rollBack completely' as const,
        'updateFields completely' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('repeat a step' as const),
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
      // Negative: the clock is set back.
      seconds: fc.constantFrom(1, 60, 121, 1_800, 3_500, 3_601, 86_400, -60, -3_600),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('delay reads' as const),
      ms: fc.constantFrom(0, 0, 100, 2_500, 30_000),
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
      fc.record({ do: fc.constant('change the certificate' as const), isConfigured: fc.boolean() }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({
        do: fc.constantFrom('remove parameters' as const, 'restore parameters' as const),
      }),
      fc.record({
        do: fc.constant('delay the database' as const),
        ms: fc.constantFrom(0, 5_000, 200_000),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("paste another user's value" as const, 'undo the paste' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({
        do: fc.constantFrom(
          'remove the tag' as const,
          'restore the tag' as const,
          'rotation off' as const,
          'rotation on' as const,
        ),
      }),
      fc.record({ do: fc.constant("change the admin's password" as const), n: fc.nat(999) }),
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

/** Random interleavings, call by call, of everything that may happen to a secret. */
export const histories: fc.Arbitrary<History> = fc.record({
  login: fc.constantFrom('self' as const, 'admin' as const),
  layout: fc.constantFrom(...LAYOUTS),
  overlap: fc.constantFrom(0, 3_600),
  actions: fc.oneof(
    fc.array(actions, { minLength: 4, maxLength: 40, size: 'max' }),
    // With an adversary among them.
    fc.array(fc.oneof({ weight: 5, arbitrary: actions }, { weight: 1, arbitrary: forgeries }), {
      minLength: 4,
      maxLength: 40,
      size: 'max',
    }),
  ),
});
