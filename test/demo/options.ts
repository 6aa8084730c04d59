import { parseArgs } from 'node:util';
import type { Rotations } from './rotations.ts';
import { SCENARIOS } from './scenarios/all.ts';

type ScenarioName = keyof typeof SCENARIOS;

export type Options = Rotations & { json: boolean; scenario: ScenarioName | undefined };

export const OVERLAP_DEFAULT_SECONDS = 6;
// Three rotations, each with its overlap, end within 40 seconds.
const OVERLAP_MAX_SECONDS = 8;

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

export const USAGE =
  'usage: npm start -- [--overlap SECONDS] [--database redis-server|built-in]\n' +
  '                    [--scenario NAME] [--json]\n' +
  `scenarios: ${NAMES.join(', ')}\n` +
  'npm prints two lines first: npm start --silent -- --json prints JSON only';

/** Reads the command line; undefined for `--help`. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      overlap: { type: 'string', default: String(OVERLAP_DEFAULT_SECONDS) },
      json: { type: 'boolean', default: false },
      database: { type: 'string' },
      scenario: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const { database, json } = values;
  const overlap = /^\d{1,2}$/.test(values.overlap) ? Number(values.overlap) : Number.NaN;
  if (!(overlap <= OVERLAP_MAX_SECONDS)) {
    throw new Error(
      `--overlap is ${values.overlap}, allowed is 0 to ${OVERLAP_MAX_SECONDS} seconds`,
    );
  }
  const scenario = NAMES.find((name) => name === values.scenario);
  if (scenario === undefined && values.scenario !== undefined) {
    throw new Error(`--scenario is ${values.scenario}, allowed are ${NAMES.join(', ')}`);
  }
  if (database === undefined || database === 'redis-server' || database === 'built-in') {
    return { overlap, json, database, scenario };
  }
  throw new Error(`--database is ${database}, allowed are redis-server and built-in`);
}
