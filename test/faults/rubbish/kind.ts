import fc from 'fast-check';
import type { ScenarioOptions } from '../../support/scenario.ts';
import type { Feed } from './run.ts';

/** A kind of rubbish, and the world that it is fed to. */
export type Kind = { name: string; options: ScenarioOptions; feeds: fc.Arbitrary<Feed> };

/** What there is to take away where nothing was placed. */
export const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };

// With 25 s kept back by the function: hardly any time, some, and that of the deployed function.
const REMAINING_MS = [26_000, 40_000, 120_000];

export const remaining: fc.Arbitrary<number> = fc.constantFrom(...REMAINING_MS);

/** For rubbish that takes all the time it gets, which is 300 ms then. */
export const REMAINING_SHORT_MS = 25_300;
