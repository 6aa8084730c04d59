import { toRotationError } from '../errors.ts';
import { redactFields } from './redaction.ts';

/** Writes one structured log line. Lambda filters by `level` where its log format is JSON. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

type Level = 'INFO' | 'WARN' | 'ERROR';
type Fields = Record<string, unknown>;

/** Opens a log whose lines are JSON objects with the given fields. `message` is a constant. */
export function openLog(
  context: Fields,
  edges: { write: (line: string) => void; redact: (text: string) => string; now: () => number },
): Log {
  return (level, message, fields = {}) => {
    const timestamp = new Date(edges.now()).toISOString();
    const line = { timestamp, level, message, ...context, ...fields };
    edges.write(`${JSON.stringify(redactFields(line, edges.redact))}\n`);
  };
}

/** Does something outside the function, and logs its outcome and how long it took. */
export async function withLogging<T>(
  { log, now }: { log: Log; now: () => number },
  message: string,
  fields: Fields,
  act: () => Promise<T>,
  outcomeOf: (result: T) => unknown = (result) => result ?? 'done',
): Promise<T> {
  const started = now();
  try {
    const result = await act();
    log('INFO', message, { ...fields, outcome: outcomeOf(result), ms: now() - started });
    return result;
  } catch (error) {
    const { code } = toRotationError(error);
    log('WARN', message, { ...fields, outcome: 'failed', code, ms: now() - started });
    throw error;
  }
}
