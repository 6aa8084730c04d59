import type { Bench } from './bench.ts';
import type { Row } from './report.ts';

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

/** Asks a question; a trial that fails is told of, and the next one goes on. */
export async function ask(trial: Trial, bench: Bench): Promise<Row> {
  const { id, question, documented } = trial;
  const row = { id, question, documented, assumed: trial.assumed(bench) };
  const unfit = trial.unfit?.(bench);
  if (unfit !== undefined) return { ...row, observed: unfit, verdict: 'not tried' };
  try {
    const observed = await trial.observe(bench);
    const verdict = trial.accepts(bench).test(observed) ? 'as assumed' : 'differs';
    return { ...row, observed, verdict };
  } catch (error) {
    const observed = error instanceof Error ? error.message : String(error);
    return { ...row, observed: `failed: ${observed}`, verdict: 'differs' };
  }
}

export const always =
  <T>(value: T) =>
  () =>
    value;

/** Why what only an admin can do cannot be tried here. */
export const onlyAdmin = ({ generation }: Bench) =>
  generation === 'A' || generation === 'C'
    ? undefined
    : 'not tried: an admin of this version would change itself';
