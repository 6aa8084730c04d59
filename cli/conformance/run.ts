import type { Target } from './cluster/admin.ts';
import { type CreatedUser, deleteUsers } from './cluster/users.ts';
import { type DefaultUserFixture, openDefaultUserFixture } from './fixture/default-user-fixture.ts';
import { DatabaseOpened } from './fixture/errors.ts';
import { type Fixture, openFixture } from './fixture/fixture.ts';
import { TRIALS } from './trials/all.ts';
import { DEFAULT_USER_TRIALS } from './trials/default-user.ts';
import { type Row, runTrial, type Trial } from './trials/trial.ts';
import { WHOSE_PASSWORD } from './trials/whose-password.ts';

export type Outcome = {
  rows: Row[];
  /** The names of the test users that could not be deleted. */
  left: string[];
  /** The number of passwords of the default user that may be left. */
  leftPasswords: number;
  /** Why the run ended early; undefined if it did not. */
  ended: string | undefined;
  /** Whether a deletion left the database of the default user without a password. */
  isOpened: boolean;
};

type Run = {
  signal?: AbortSignal;
  /** Called after each trial. */
  onRow?: (row: Row) => void;
  /** @default every trial */
  trials?: Trial[];
};

/**
 * Runs the trials on a cluster, and deletes the test users. With `--default-user`, runs only its
 * trials, which need no test user.
 * @throws if the run fails before it has created a user.
 */
export async function conform(
  target: Target,
  { signal = new AbortController().signal, onRow, trials = TRIALS }: Run = {},
): Promise<Outcome> {
  const created: CreatedUser[] = [];
  const rows: Row[] = [];
  let ended: string | undefined;
  let isOpened = false;
  let added: ReadonlySet<string> = new Set();
  const report = (row: Row) => {
    rows.push(row);
    onRow?.(row);
  };
  try {
    if (target.defaultUser === undefined) {
      const fixture = await openFixture(target, created, signal);
      await runTrials(trials, fixture, (row) => {
        report(row);
        if (row.id === WHOSE_PASSWORD.id) checkWhosePassword(fixture, row);
      });
    } else {
      const fixture = await openDefaultUserFixture(target, signal);
      added = fixture.added;
      const chosen = DEFAULT_USER_TRIALS.filter(({ id }) => trials.some((one) => one.id === id));
      await runTrials(chosen, fixture, report);
    }
  } catch (error) {
    isOpened = error instanceof DatabaseOpened;
    const isBegun = isOpened || created.length > 0 || rows.length > 0;
    if (!signal.aborted && !isBegun) throw error;
    ended = error instanceof Error ? error.message : String(error);
  }
  if (signal.aborted && !isOpened) ended = `interrupted by ${signal.reason}`;
  const left = await deleteUsers(target, created);
  return { rows, left, leftPasswords: added.size, ended, isOpened };
}

async function runTrials<F extends DefaultUserFixture>(
  trials: Trial<F>[],
  fixture: F,
  onRow: (row: Row) => void,
): Promise<void> {
  for (const trial of trials) {
    const row = await runTrial(trial, fixture);
    // An interrupted trial has no result.
    fixture.signal.throwIfAborted();
    onRow(row);
  }
}

function checkWhosePassword({ changesAs }: Fixture, { observed }: Row): void {
  if (changesAs !== undefined) return;
  throw new Error(
    'stopped before any change by the admin: whose-password does not show whether an admin ' +
      `would change its own password here (${observed})`,
  );
}
