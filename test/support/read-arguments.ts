import { parseArgs } from 'node:util';

/**
 * Returns the arguments of a script. For `--help`, prints the usage and ends the process with 0;
 * for an unknown option, or an argument that is not allowed, with 2.
 */
export function readArguments(usage: string, allowPositionals = false): string[] {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals });
    if (!values.help) return positionals;
    process.stdout.write(`${usage}\n`);
  } catch (error) {
    const [first = ''] = String(error instanceof Error ? error.message : error).split('. ');
    process.stderr.write(`${first}\n${usage}\n`);
    process.exit(2);
  }
  process.exit(0);
}
