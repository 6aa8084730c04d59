import { COMMANDS, type Command } from './commands.ts';
import { COMMON, OPTIONS, type OptionName } from './options.ts';
import { COLUMNS, wrap } from './terminal.ts';

export const PROGRAM = 'redis-enterprise-rotation';

const OPTION_COLUMNS = 25;
const COMMAND_COLUMNS = 14;
const INDENT = '  ';

/** Returns the help of the program. */
export function programHelp(): string {
  const rows = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `${INDENT}${name.padEnd(COMMAND_COLUMNS)}${summary}`,
  );
  return [
    `usage: ${PROGRAM} <command> [options]`,
    '',
    ...rows,
    '',
    `Run ${PROGRAM} <command> --help for its options, or --version.`,
    'Exit codes: 0 well, 1 something is wrong, 2 could not run, 130 Ctrl-C.',
  ].join('\n');
}

/** Returns the help of a command. */
export function commandHelp(name: string, { usage, about, options }: Command): string {
  const rows = [...options, ...COMMON].flatMap(optionRows);
  return [`usage: ${PROGRAM} ${name}`, `       ${usage}`, '', about, '', ...rows].join('\n');
}

function optionRows(name: OptionName): string[] {
  const option: { value?: string; short?: string; help: string } = OPTIONS[name];
  const { value, short, help } = option;
  const flag = `--${name}${value === undefined ? '' : ` ${value}`}`;
  const flags = short === undefined ? flag : `-${short}, ${flag}`;
  const [first = '', ...rest] = wrap(help, COLUMNS - OPTION_COLUMNS - INDENT.length);
  const indent = ' '.repeat(OPTION_COLUMNS + INDENT.length);
  return [
    `${INDENT}${flags.padEnd(OPTION_COLUMNS)}${first}`,
    ...rest.map((line) => `${indent}${line}`),
  ];
}
