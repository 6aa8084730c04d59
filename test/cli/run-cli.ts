import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { CLI_FOLDER } from '../../infra/build/cli.ts';

/** The bundled commands: they start in a third of the time that the sources need. */
export const CLI = join(CLI_FOLDER, 'main.mjs');

export type Ended = { code: unknown; out: string; err: string };

type Run = {
  /** The variables of the process besides PATH. */
  variables?: Record<string, string>;
  /** The bundle that runs: by default, the one that the tests built. */
  main?: string;
  node?: string;
};

/** Starts a command in a process of its own, with an empty standard input. */
export function startCli(args: string[], { variables = {}, main, node }: Run = {}) {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nowhere', ...variables };
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(
    node ?? process.execPath,
    [main ?? CLI, ...args],
    { env },
    (error, out, err) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), out, err }),
  );
  child.stdin?.end();
  return { ended: promise, child };
}

/** Runs a command in the environment of a world. */
export function runCli(
  { environment }: { environment: Record<string, string> },
  ...args: string[]
): Promise<Ended> {
  return startCli(args, { variables: environment }).ended;
}
