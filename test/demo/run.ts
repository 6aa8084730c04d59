import { NO_TERMINAL, openTerminal } from '../../cli/terminal.ts';
import { readOptions, USAGE } from './options.ts';
import { showSummary } from './output.ts';
import { demonstrate } from './rotations.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { DEFAULT_PACE } from './schedule.ts';

/** Runs what a command line names, and returns the exit code. */
export async function run(
  args: string[],
  stdout: NodeJS.WritableStream,
  pace = DEFAULT_PACE,
): Promise<0 | 1> {
  const options = readOptions(args);
  if (options === undefined) {
    stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { json, scenario, database } = options;
  const terminal = json ? NO_TERMINAL : openTerminal(stdout);
  if (scenario !== undefined) {
    const isKept = await SCENARIOS[scenario](database, terminal);
    if (json) stdout.write(`${JSON.stringify({ [scenario]: isKept })}\n`);
    return isKept ? 0 : 1;
  }
  const { summary } = await demonstrate(options, terminal, pace);
  if (json) stdout.write(`${JSON.stringify(summary)}\n`);
  else showSummary(summary, options, terminal);
  return summary.rejected === 0 && summary.validPasswords === 1 ? 0 : 1;
}
