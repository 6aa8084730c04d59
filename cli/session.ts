import type { Values } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What one run of a command may use. */
export type Session = {
  values: Values;
  environment: NodeJS.ProcessEnv;
  /** Standard output. */
  terminal: Terminal;
  /** Standard error: progress and notes. Silent with `--json`, unlike questions and warnings. */
  progress: Terminal;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP; the reason is the name of the signal. */
  signal: AbortSignal;
  /** Sets what main prints after a signal: what goes on without the command. */
  afterSignal: (...texts: string[]) => void;
};
