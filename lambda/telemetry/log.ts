import { toRotationError } from '../errors.ts';
import { redactFields } from './redaction.ts';

/** Writes one structured log line. `level` is the field by which Lambda filters JSON logs. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

type Level = 'INFO' | 'WARN' | 'ERROR';
type Fields = Record<string, unknown>;

/** Opens a log of JSON objects that contain the given fields. `message` is a constant. */
export function openLog(
  context: Fields,
  sink: { write: (line: string) => void; redact: (text: string) => string; now: () => number },
): Log {
  return (level, message, fields = {}) => {
    const timestamp = new Date(sink.now()).toISOString();
    const line = { timestamp, level, message, ...context, ...fields };
    sink.write(`${JSON.stringify(redactFields(line, sink.redact))}\n`);
  };
}

/** Runs an effect of the function, and logs its outcome and its duration. */
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
