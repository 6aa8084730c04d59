import fc from 'fast-check';
import type { ScenarioOptions } from '../../support/scenario.ts';
import type { Feed } from './run.ts';

/** A kind of rubbish, and the options of its world. */
export type Kind = { name: string; options: ScenarioOptions; feeds: fc.Arbitrary<Feed> };

/** Disposes of nothing. */
export const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };

// The function reserves 25 s of it. The last one is the timeout of the deployed function.
const REMAINING_MS = [26_000, 40_000, 120_000];

export const remaining: fc.Arbitrary<number> = fc.constantFrom(...REMAINING_MS);

/** Leaves 300 ms, for rubbish that takes all of its time. */
export const REMAINING_SHORT_MS = 25_300;
