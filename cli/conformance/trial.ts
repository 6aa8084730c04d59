import type { Bench } from './bench.ts';
import type { Row } from './report.ts';
import { AdminRefused } from './target.ts';

/** A question to a cluster, and how it is asked. */
export type Trial = Pick<Row, 'id' | 'question' | 'documented'> & {
  /** What the function assumes. */
  assumed: (bench: Bench) => string;
  /** What it copes with. */
  accepts: (bench: Bench) => RegExp;
  /** Why it cannot be tried; undefined: it can. */
  unfit?: (bench: Bench) => string | undefined;
  observe: (bench: Bench) => Promise<string>;
};

/** A trial finds that it cannot be tried; the message says why. */
export class NotTried extends Error {}

/**
 * Asks a question; a trial that fails is told of, and the next one goes on. Throws `AdminRefused`:
 * the next one would be refused as well.
 */
export async function ask(trial: Trial, bench: Bench): Promise<Row> {
  const { id, question, documented } = trial;
  const row = { id, question, documented, assumed: trial.assumed(bench) };
  try {
    const unfit = trial.unfit?.(bench);
    if (unfit !== undefined) throw new NotTried(unfit);
    const observed = await trial.observe(bench);
    const verdict = trial.accepts(bench).test(observed) ? 'as assumed' : 'differs';
    return { ...row, observed, verdict };
  } catch (error) {
    if (error instanceof AdminRefused) throw error;
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

/** Why what only an admin can do cannot be tried here. */
export const onlyAdmin = ({ changesAs }: Bench) =>
  changesAs === 'admin' ? undefined : 'an admin here could change itself';
