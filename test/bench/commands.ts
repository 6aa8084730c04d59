import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildCli, CLI_FOLDER } from '../../infra/build/cli.ts';
import { zipFolder } from '../../infra/build/zip.ts';
import { tableOf } from './document.ts';
import { ratio, type Spread, spread, spreadOf, whole } from './spread.ts';

/** The commands: the bytes of their zip file, and the milliseconds of each process. */
export type Commands = { zipBytes: number; starts: { name: string; process: Spread }[] };

// An odd number, so that the median is a measured value.
const RUNS = 11;

export const AWS_CLI = 'aws --version';

const ENVIRONMENT = { PATH: process.env.PATH, HOME: '/nowhere' };

/** Measures in turn, so that other load on the machine affects all of them equally. */
export async function measureCommands(runs = RUNS): Promise<Commands> {
  await buildCli();
  const own = (name: string, ...args: string[]) => ({
    ...{ name, command: process.execPath, args: [join(CLI_FOLDER, 'main.mjs'), ...args] },
  });
  const ways = [
    own('--help', '--help'),
    own('status --help', 'status', '--help'),
    // It loads the AWS SDK, and ends because no Region is set.
    own('status', 'status'),
    ...(hasAwsCli() ? [{ name: AWS_CLI, command: 'aws', args: ['--version'] }] : []),
  ];
  const figures = ways.map((way) => ({ ...way, times: [] as number[] }));
  for (let run = 0; run < runs; run += 1) {
    for (const { command, args, times } of figures) {
      const began = performance.now();
      spawnSync(command, args, { env: ENVIRONMENT });
      times.push(performance.now() - began);
    }
  }
  const starts = figures.map(({ name, times }) => ({ name, process: spreadOf(times) }));
  return { zipBytes: zipFolder(CLI_FOLDER).length, starts };
}

/** Returns the table, and the size of all commands. */
export function commandsTable({ zipBytes, starts }: Commands): string {
  const aws = starts.find(({ name }) => name === AWS_CLI)?.process.median ?? Number.NaN;
  const rows = starts.map(({ name, process }) => [
    `\`${name}\``,
    spread(process),
    ratio(process.median, aws),
  ]);
  const table = tableOf(['command', 'ms of the whole process', `of \`${AWS_CLI}\``], rows);
  return `${table}\n\nAll commands as a zip file: ${whole(zipBytes)} bytes.`;
}

function hasAwsCli(): boolean {
  const has = spawnSync('aws', ['--version'], { env: ENVIRONMENT }).status === 0;
  if (!has) process.stderr.write('the AWS CLI is absent: its start is NOT measured\n');
  return has;
}
