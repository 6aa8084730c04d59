import { AdminRejected } from '../cluster/admin.ts';
import type { Fixture } from '../fixture/fixture.ts';

/** One question about the cluster, and its answer. */
export type Row = {
  id: string;
  question: string;
  /** What Redis' documentation says; '' if it says nothing. */
  documented: string;
  /** What the function assumes; 'either' or 'any' if it handles every answer. */
  assumed: string;
  observed: string;
  verdict: 'as assumed' | 'differs' | 'not tried';
};

/** One question about a cluster, and how to answer it. */
export type Trial = Pick<Row, 'id' | 'question' | 'documented'> & {
  assumed: (fixture: Fixture) => string;
  /** Matches the answers that the function handles. */
  accepts: (fixture: Fixture) => RegExp;
  /** Returns why the trial cannot run; undefined if it can. */
  obstacle?: (fixture: Fixture) => string | undefined;
  observe: (fixture: Fixture) => Promise<string>;
};

/** A trial cannot run; the message says why. */
export class NotTried extends Error {}

/**
 * Runs a trial; if it fails, the row reports the error.
 * @throws AdminRejected, because the next trial would fail too
 */
export async function runTrial(trial: Trial, fixture: Fixture): Promise<Row> {
  const { id, question, documented } = trial;
  const row = { id, question, documented, assumed: trial.assumed(fixture) };
  try {
    const obstacle = trial.obstacle?.(fixture);
    if (obstacle !== undefined) throw new NotTried(obstacle);
    const observed = await trial.observe(fixture);
    const verdict = trial.accepts(fixture).test(observed) ? 'as assumed' : 'differs';
    return { ...row, observed, verdict };
  } catch (error) {
    if (error instanceof AdminRejected) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof NotTried) {
      return { ...row, observed: `not tried: ${message}`, verdict: 'not tried' };
    }
    return { ...row, observed: `failed: ${message}`, verdict: 'differs' };
  }
}

export const always =
  <T>(value: T) =>
  () =>
    value;

/** Returns the obstacle to a trial that only an admin can run. */
export const adminObstacle = ({ changesAs }: Fixture) =>
  changesAs === 'admin' ? undefined : 'an admin here could change its own password';
