import fc from 'fast-check';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { FORGED } from './adversary.ts';
import type { Action, History } from './history.ts';
import { LAYOUTS } from './layouts.ts';

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
      fc.record({ do: fc.constant('certificate change' as const), isTold: fc.boolean() }),
    ),
  },
  // Away for an hour and back, late and in time again.
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constantFrom('parameters away' as const, 'parameters back' as const) }),
      fc.record({
        do: fc.constant('database is late' as const),
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
          'tag away' as const,
          'tag back' as const,
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

// Someone who may write the value and the labels of the secret, and nothing else.
const forgeries: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('forge a version' as const),
      whose: fc.constantFrom('the user' as const, 'another user' as const),
      password: fc.constantFrom('chosen' as const, 'old' as const, 'rubbish' as const),
      labels: fc.uniqueArray(fc.constantFrom(...FORGED), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('forge a label' as const),
      label: fc.constantFrom(...FORGED),
      version: fc.nat(9),
      isRemoved: fc.boolean(),
    }),
  },
);

/** Random interleavings, call by call, of all that may happen to a secret. */
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
