import { parseArgs } from 'node:util';
import { COMMANDS, type Command } from './commands.ts';
import { UsageError } from './failure.ts';
import { COMMON, OPTIONS, type Values } from './options.ts';

/** A command line that names a command. */
export type CommandLine = { name: string; command: Command; values: Values };

/**
 * Parses a command line; undefined for the help of the program.
 * @throws UsageError
 */
export function parseCommandLine([name, ...args]: string[]): CommandLine | undefined {
  if (name === undefined) throw new UsageError('give a command');
  if (name === '--help' || name === '-h' || name === 'help') return undefined;
  const command = findCommand(name);
  if (command === undefined) throw new UsageError(`there is no command ${show(name)}`);
  return { name, command, values: parseOptions(command, args) };
}

/** Returns a command by its own name: `constructor` is none. */
export function findCommand(name: string | undefined): Command | undefined {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

function parseOptions(command: Command, args: string[]): Values {
  const names = [...command.options, ...COMMON];
  const options = Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
  try {
    const { values, tokens } = parseArgs({ args, options, tokens: true });
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const repeated = given.find((one, index) => given.indexOf(one) !== index);
    if (repeated !== undefined) throw new UsageError(`give --${repeated} only once`);
    const empty = Object.entries(values).find(([, value]) => value === '');
    if (empty !== undefined) throw new UsageError(`--${empty[0]} is empty`);
    return values;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Node.js adds advice about `--` in further sentences.
    const [first = ''] = String(error instanceof Error ? error.message : error).split('. ');
    throw new UsageError(first);
  }
}

/** Returns a text that came from the command line, without control characters. */
function show(text: string): string {
  return JSON.stringify(text);
}
