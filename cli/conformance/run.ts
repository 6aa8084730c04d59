import type { Target } from './cluster/admin.ts';
import { type CreatedUser, deleteUsers } from './cluster/users.ts';
import { type Fixture, openFixture } from './fixture/fixture.ts';
import { TRIALS } from './trials/all.ts';
import { type Row, runTrial, type Trial } from './trials/trial.ts';
import { WHOSE_PASSWORD } from './trials/whose-password.ts';

export type Outcome = {
  rows: Row[];
  /** The names of the test users that could not be deleted. */
  left: string[];
  /** Why the run ended early; undefined if it did not. */
  ended: string | undefined;
};

type Run = {
  signal?: AbortSignal;
  /** Called after each trial. */
  onRow?: (row: Row) => void;
  /** @default every trial */
  trials?: Trial[];
};

/**
 * Runs the trials on a cluster, and deletes the test users.
 * @throws if the run fails before it has created a user.
 */
export async function conform(
  target: Target,
  { signal = new AbortController().signal, onRow, trials = TRIALS }: Run = {},
): Promise<Outcome> {
  const created: CreatedUser[] = [];
  const rows: Row[] = [];
  let ended: string | undefined;
  try {
    await runTrials(trials, await openFixture(target, created, signal), (row) => {
      rows.push(row);
      onRow?.(row);
    });
  } catch (error) {
    if (!signal.aborted && created.length === 0) throw error;
    ended = error instanceof Error ? error.message : String(error);
  }
  if (signal.aborted) ended = `interrupted by ${signal.reason}`;
  return { rows, left: await deleteUsers(target, created), ended };
}

async function runTrials(
  trials: Trial[],
  fixture: Fixture,
  onRow: (row: Row) => void,
): Promise<void> {
  for (const trial of trials) {
    const row = await runTrial(trial, fixture);
    // An interrupted trial has no result.
    fixture.signal.throwIfAborted();
    onRow(row);
    if (trial === WHOSE_PASSWORD && fixture.changesAs === undefined) {
      throw new Error(
        'stopped before any change by the admin: whose-password does not show whether an admin ' +
          `would change its own password here (${row.observed})`,
      );
    }
  }
}
