import fc from 'fast-check';
import { FORGED, type Forgery } from './adversary.ts';

/** Random forgeries. */
export const forgeries: fc.Arbitrary<Forgery> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('forge a version' as const),
      whose: fc.constantFrom(
        'the user' as const,
        'another user' as const,
        'another database' as const,
      ),
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
