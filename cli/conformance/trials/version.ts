import type { Trial } from './trial.ts';

// Redis has no names for the generations of the password API.
const GENERATION_LETTERS = { legacy: 'A', adminUnsafe: 'B', current: 'C' } as const;

export const VERSION: Trial = {
  id: 'version',
  question: 'Which versions do the nodes run?',
  documented: 'A: 6.0.12 to 7.4; B: 7.5.0 to 7.8.6-118, 7.9 to 7.22.0-215; C: others',
  assumed: ({ generation }) =>
    `generation ${generation ? GENERATION_LETTERS[generation] : 'unknown'} of the password API`,
  accepts: ({ generation }) => (generation === undefined ? /^$/ : /^\d/),
  observe: async ({ versions }) => [...new Set(versions)].join(', '),
};
