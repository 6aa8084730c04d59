#!/usr/bin/env node
import type { JsonObject } from '../lambda/json.ts';
import { type CommandLine, findCommand, parseCommandLine } from './command-line.ts';
import { Failure, UsageError } from './failure.ts';
import { commandHelp, PROGRAM, programHelp } from './help.ts';
import { COLUMNS, NO_TERMINAL, openTerminal, plainText, wrap, wrapHint } from './terminal.ts';

// The exit codes that a shell reports for a process that a signal ended.
const SIGNAL_EXIT_CODES: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

// The command could not run.
const NOT_RUN = 2;

async function main(args: string[]): Promise<number> {
  try {
    if (args[0] === '--version') {
      print(await readVersion());
      return 0;
    }
    const line = parseCommandLine(args);
    if (line?.values.help) print(commandHelp(line.name, line.command));
    else if (line === undefined) print(programHelp());
    else return await runCommand(line);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [name = ''] = args;
    const command = findCommand(name);
    const help = command === undefined ? programHelp() : commandHelp(name, command);
    if (args.includes('--json')) {
      const hint = `run ${PROGRAM} ${name} --help`;
      printJson({ error: { code: 'usage', message: error.message, hint } });
    }
    printWrapped(`${PROGRAM}: ${error.message}`);
    process.stderr.write(`${help}\n`);
    return NOT_RUN;
  }
}

async function runCommand({ command, values }: CommandLine): Promise<number> {
  const { run } = await command.load();
  const stop = new AbortController();
  let goesOn: string[] = [];
  for (const name of Object.keys(SIGNAL_EXIT_CODES)) {
    // The listener stays: a second Ctrl-C must not interrupt what a command does at its end.
    process.on(name, () => stop.abort(name));
  }
  const progress = values.json ? NO_TERMINAL : openTerminal(process.stderr);
  const interrupted = () => {
    progress.status('');
    printWrapped(`interrupted by ${stop.signal.reason}`);
    for (const text of goesOn) printWrapped(text);
    return SIGNAL_EXIT_CODES[stop.signal.reason] ?? NOT_RUN;
  };
  try {
    const code = await run({
      values,
      environment: process.env,
      terminal: openTerminal(process.stdout),
      progress,
      signal: stop.signal,
      afterSignal: (...texts) => {
        goesOn = texts;
      },
    });
    progress.status('');
    return code;
  } catch (error) {
    if (stop.signal.aborted) return interrupted();
    progress.status('');
    if (error instanceof UsageError) throw error;
    return report(await toFailure(error), values.json === true);
  }
}

/** Returns the version of the package. */
async function readVersion(): Promise<string> {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  return manifest.version;
}

/** Turns anything thrown into a Failure. Loads what explains AWS's errors only if it is needed. */
async function toFailure(error: unknown): Promise<Failure> {
  if (error instanceof Failure) return error;
  const { explain } = await import('./aws/explain.ts');
  return explain(error);
}

/** Prints a failure on standard error, and with `--json` also on standard output. */
function report({ code, message, hint, exitCode, fields }: Failure, json: boolean): number {
  if (json) printJson({ ...fields, error: { code, message, hint } });
  // The runbook has an article for each code of the function.
  printWrapped(exitCode === 1 ? `${code}: ${message}` : message);
  const lines = wrapHint(`hint: ${plainText(hint)}`, COLUMNS);
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function printJson(json: JsonObject): void {
  print(JSON.stringify(json));
}

/** Prints a text on standard error, in lines of 80 columns. */
function printWrapped(text: string): void {
  process.stderr.write(`${wrap(plainText(text), COLUMNS).join('\n')}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// A reader such as `head` may close the pipe early.
process.stdout.on('error', () => process.exit(NOT_RUN));
process.exitCode = await main(process.argv.slice(2));
