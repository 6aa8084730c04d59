import { openTerminal, type Terminal } from '../terminal.ts';
import { type Bench, openBench } from './bench.ts';
import { WHOSE_PASSWORD } from './first-trials.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { askPassword } from './prompt.ts';
import { drawReport, type Row, summary } from './report.ts';
import { openRest } from './rest.ts';
import type { Target } from './target.ts';
import { type Made, removeUsers } from './throwaway.ts';
import { ask } from './trial.ts';
import { TRIALS } from './trials.ts';

// As long as the function waits for a password to reach every proxy.
const PROPAGATION_MAX_MS = 30_000;

// What a shell reports of a process that one of these ended.
const EXIT_CODES: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** What came of a run. */
export type Outcome = {
  rows: Row[];
  /** The users that could not be removed. */
  left: string[];
  /** Why not everything was asked; undefined: it was. */
  ended: string | undefined;
};

/**
 * Tries the function's assumptions on a cluster, and removes what it has made. Throws where nothing
 * could be tried, and nothing was made.
 */
export async function conform(
  target: Target,
  signal = new AbortController().signal,
  onRow: (row: Row) => void = () => undefined,
): Promise<Outcome> {
  const made: Made[] = [];
  const rows: Row[] = [];
  let ended: string | undefined;
  try {
    await askAll(await openBench(target, made, signal), (row) => {
      rows.push(row);
      onRow(row);
    });
  } catch (error) {
    if (!signal.aborted && made.length === 0) throw error;
    ended = error instanceof Error ? error.message : String(error);
  }
  if (signal.aborted) ended = `broken off by ${signal.reason}`;
  return { rows, left: await removeUsers(target, made), ended };
}

async function askAll(bench: Bench, onRow: (row: Row) => void): Promise<void> {
  for (const trial of TRIALS) {
    const row = await ask(trial, bench);
    // What was cut short is no answer.
    bench.signal.throwIfAborted();
    onRow(row);
    if (trial === WHOSE_PASSWORD && bench.changesAs === undefined) {
      throw new Error(
        'stopped, with nothing of the admin changed: whose-password does not show whether an ' +
          `admin would change itself here (${row.observed})`,
      );
    }
  }
}

async function targetOf(options: Options, signal: AbortSignal): Promise<Target> {
  const { api, admin, caCertificate, serverName, database, expired } = options;
  const password = options.password ?? (await askPassword(admin, signal));
  return {
    rest: openRest(api, { caCertificate, serverName }),
    admin: { name: admin, password },
    caCertificate,
    serverName,
    database,
    expired,
    propagationMs: PROPAGATION_MAX_MS,
  };
}

function print({ rows, left, ended }: Outcome, json: boolean, { line, paint }: Terminal): void {
  const shown = [...drawReport(rows, paint), '', paint('bold', summary(rows, TRIALS.length))];
  for (const text of json ? [JSON.stringify({ rows, left, ended })] : shown) line(text);
  if (ended !== undefined) process.stderr.write(`${ended}\n`);
  if (left.length === 0) return;
  process.stderr.write(
    `these users may be left: ${left.join(', ')}\n` +
      'remove them in the Cluster Manager (Access Control, Users), or by DELETE /v1/users/{uid}\n',
  );
}

async function main(stop: AbortController): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) return void process.stdout.write(`${USAGE}\n`);
  for (const name of Object.keys(EXIT_CODES)) {
    // It stays, since a second Ctrl-C would otherwise end the removal.
    process.on(name, () => {
      if (stop.signal.aborted) return;
      process.stderr.write(`${name}: what was made is removed first\n`);
      stop.abort(name);
    });
  }
  const target = await targetOf(options, stop.signal);
  // It takes minutes: whoever looks on sees which question has been answered.
  const outcome = await conform(target, stop.signal, ({ id }) => {
    if (process.stderr.isTTY) process.stderr.write(`${id}\n`);
  });
  print(outcome, options.json, openTerminal(process.stdout));
  const differs = outcome.rows.some(({ verdict }) => verdict === 'differs');
  if (outcome.ended !== undefined) process.exitCode = 2;
  else process.exitCode = differs || outcome.left.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  const stop = new AbortController();
  await main(stop).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const broken = stop.signal.aborted ? `broken off by ${stop.signal.reason}` : message;
    process.stderr.write(`${broken}\n${error instanceof UsageError ? `${USAGE}\n` : ''}`);
    process.exitCode = 2;
  });
  if (stop.signal.aborted) process.exitCode = EXIT_CODES[stop.signal.reason] ?? 2;
}
