import type { Trial } from './trial.ts';

export const VERSION: Trial = {
  id: 'version',
  question: 'Which versions do the nodes run?',
  documented: 'legacy: 6.0.12 to 7.4; adminUnsafe: 7.8.2-34 to 7.8.6-95, 7.22.0-95; current: later',
  assumed: ({ generation }) => `generation ${generation ?? 'unknown'} of the password API`,
  accepts: ({ generation }) => (generation === undefined ? /^$/ : /^\d/),
  observe: async ({ versions }) => [...new Set(versions)].join(', '),
};
