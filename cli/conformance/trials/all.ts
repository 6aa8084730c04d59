import { ADD_TRIALS } from './add.ts';
import { DATABASE_TRIALS } from './database.ts';
import { DEFAULT_USER_TRIALS } from './default-user.ts';
import { DELETE_TRIALS } from './delete.ts';
import { LOCKOUT_TRIALS } from './lockout.ts';
import { LOGIN_TRIALS } from './login.ts';
import { PASSWORD_RULE_TRIALS } from './password-rules.ts';
import { REPLACE_TRIALS } from './replace.ts';
import { REPLY_TRIALS } from './replies.ts';
import type { Trial } from './trial.ts';
import { VERSION } from './version.ts';
import { WHOSE_PASSWORD } from './whose-password.ts';

/** Every trial, in the order of a run. */
export const TRIALS: Trial[] = [
  VERSION,
  ...REPLY_TRIALS,
  // If a login fails, every later trial fails: the answers of these trials say why.
  ...LOGIN_TRIALS,
  WHOSE_PASSWORD,
  ...ADD_TRIALS,
  ...REPLACE_TRIALS,
  ...DELETE_TRIALS,
  ...PASSWORD_RULE_TRIALS,
  ...LOCKOUT_TRIALS,
  ...DATABASE_TRIALS,
  ...DEFAULT_USER_TRIALS,
];
