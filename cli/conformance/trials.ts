import { ADD_TRIALS } from './add-trials.ts';
import { DATABASE_TRIALS } from './database-trials.ts';
import { DELETE_TRIALS } from './delete-trials.ts';
import { VERSION, WHOSE_PASSWORD } from './first-trials.ts';
import { LOCK_TRIALS } from './lock-trials.ts';
import { LOGIN_TRIALS } from './login-trials.ts';
import { RULE_TRIALS } from './rule-trials.ts';
import type { Trial } from './trial.ts';

/** Every question, in the order in which they are asked. */
export const TRIALS: Trial[] = [
  VERSION,
  // Of these the next one would fail for another reason.
  ...LOGIN_TRIALS,
  WHOSE_PASSWORD,
  ...ADD_TRIALS,
  ...DELETE_TRIALS,
  ...RULE_TRIALS,
  ...LOCK_TRIALS,
  ...DATABASE_TRIALS,
];
