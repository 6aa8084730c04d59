import { SYSTEM_CLOCK } from './conformance/clock.ts';
import type { Target } from './conformance/cluster/admin.ts';
import { createApiClient } from './conformance/cluster/api.ts';
import { type Options, readOptions, USAGE, UsageError } from './conformance/options.ts';
import { askPassword } from './conformance/prompt.ts';
import { drawReport, summary } from './conformance/report.ts';
import { conform, type Outcome } from './conformance/run.ts';
import { TRIALS } from './conformance/trials/all.ts';
import { openTerminal, type Terminal } from './terminal.ts';

// As long as the function waits for a password to reach every proxy.
const PROPAGATION_MAX_MS = 30_000;

// The exit codes that a shell reports for a process that a signal ended.
const EXIT_CODES: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

async function targetOf(options: Options, signal: AbortSignal): Promise<Target> {
  const { api, admin, caCertificate, serverName, database, defaultUser, expired } = options;
  const password = options.password ?? (await askPassword(admin, signal));
  return {
    sendRequest: createApiClient(api, { caCertificate, serverName }),
    admin: { name: admin, password },
    caCertificate,
    serverName,
    database,
    defaultUser,
    expired,
    propagationMs: PROPAGATION_MAX_MS,
    clock: SYSTEM_CLOCK,
  };
}

function print({ rows, left, ended }: Outcome, json: boolean, { line, paint }: Terminal): void {
  const table = [...drawReport(rows, paint), '', paint('bold', summary(rows, TRIALS.length))];
  for (const text of json ? [JSON.stringify({ rows, left, ended })] : table) line(text);
  if (ended !== undefined) process.stderr.write(`${ended}\n`);
  if (left.length === 0) return;
  process.stderr.write(
    `these users may be left: ${left.join(', ')}\n` +
      'hint: delete them in the Cluster Manager (Access Control, Users), or with DELETE ' +
      '/v1/users/{uid}\n',
  );
}

async function main(stop: AbortController): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) return void process.stdout.write(`${USAGE}\n`);
  for (const name of Object.keys(EXIT_CODES)) {
    // The listener stays: without it, a second Ctrl-C would interrupt the deletion of the users.
    process.on(name, () => {
      if (stop.signal.aborted) return;
      process.stderr.write(`${name}: deleting the test users first\n`);
      stop.abort(name);
    });
  }
  const target = await targetOf(options, stop.signal);
  const outcome = await conform(target, {
    signal: stop.signal,
    // A run takes minutes: a terminal shows its progress.
    onRow: ({ id }) => {
      if (process.stderr.isTTY) process.stderr.write(`${id}\n`);
    },
  });
  print(outcome, options.json, openTerminal(process.stdout));
  const differs = outcome.rows.some(({ verdict }) => verdict === 'differs');
  if (outcome.ended !== undefined) process.exitCode = 2;
  else process.exitCode = differs || outcome.left.length > 0 ? 1 : 0;
}

const stop = new AbortController();
await main(stop).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const reason = stop.signal.aborted ? `interrupted by ${stop.signal.reason}` : message;
  process.stderr.write(`${reason}\n${error instanceof UsageError ? `${USAGE}\n` : ''}`);
  process.exitCode = 2;
});
if (stop.signal.aborted) process.exitCode = EXIT_CODES[stop.signal.reason] ?? 2;
