import { parseArgs } from 'node:util';
import { NO_TERMINAL, openTerminal, type Terminal } from '../../cli/terminal.ts';
import { showAbandoned } from './abandoned.ts';
import { showActiveActive } from './active-active.ts';
import { showLeak } from './leak.ts';
import { showPreflight } from './preflight.ts';
import { demonstrate, type Options, OVERLAP_DEFAULT_SECONDS, type Summary } from './rotations.ts';

const SCENARIOS = {
  leak: showLeak,
  abandoned: showAbandoned,
  'active-active': showActiveActive,
  preflight: showPreflight,
};

type CommandLine = Options & { json: boolean; scenario: keyof typeof SCENARIOS | undefined };

// Three rotations with an overlap each are to end within 40 seconds.
const OVERLAP_MAX_SECONDS = 8;

function showSummary(summary: Summary, { overlap }: Options, terminal: Terminal): void {
  const { rotations, logins, refused, livePasswords } = summary;
  terminal.line();
  terminal.line(
    `rotations: ${rotations}, logins: ${logins}, refused: ${refused}, live passwords: ${livePasswords}`,
  );
  if (refused === 0) return;
  terminal.line();
  terminal.line(`${refused} logins were refused: clients still held a password that was deleted.`);
  if (overlap > 0) return;
  terminal.line('Without overlap it is deleted in the rotation itself. An overlap of twice the');
  terminal.line('time for which clients cache the secret refuses nobody: npm start shows that.');
}

/** The command line; undefined: it asks for help. */
function readOptions(): CommandLine | undefined {
  const { values } = parseArgs({
    options: {
      overlap: { type: 'string', default: String(OVERLAP_DEFAULT_SECONDS) },
      json: { type: 'boolean', default: false },
      database: { type: 'string' },
      scenario: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const overlap = /^\d{1,2}$/.test(values.overlap) ? Number(values.overlap) : Number.NaN;
  if (!(overlap <= OVERLAP_MAX_SECONDS)) {
    throw new Error(
      `--overlap is ${values.overlap}, allowed is 0 to ${OVERLAP_MAX_SECONDS} seconds`,
    );
  }
  const { database, json } = values;
  const names = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];
  const scenario = names.find((name) => name === values.scenario);
  if (scenario === undefined && values.scenario !== undefined) {
    throw new Error(`--scenario is ${values.scenario}, allowed are ${names.join(', ')}`);
  }
  if (database === undefined || database === 'redis-server' || database === 'built-in') {
    return { overlap, json, database, scenario };
  }
  throw new Error(`--database is ${database}, allowed are redis-server and built-in`);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const terminal = options.json ? NO_TERMINAL : openTerminal(process.stdout);
  if (options.scenario !== undefined) {
    const isKept = await SCENARIOS[options.scenario](options.database, terminal);
    if (options.json) process.stdout.write(`${JSON.stringify({ [options.scenario]: isKept })}\n`);
    process.exitCode = isKept ? 0 : 1;
    return;
  }
  const { summary } = await demonstrate(options, terminal);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else showSummary(summary, options, terminal);
  process.exitCode = summary.refused === 0 && summary.livePasswords === 1 ? 0 : 1;
}

const USAGE =
  'usage: npm start -- [--overlap SECONDS] [--database redis-server|built-in]\n' +
  '                    [--scenario NAME] [--json]\n' +
  `scenarios: ${Object.keys(SCENARIOS).join(', ')}`;

await main().catch((error: unknown) => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  process.stderr.write(`${why}\n${USAGE}\n`);
  process.exitCode = 2;
});
