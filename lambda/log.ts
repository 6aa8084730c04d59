/** Writes one structured log line. Lambda filters by `level` where its log format is JSON. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

type Level = 'INFO' | 'WARN' | 'ERROR';
type Fields = Record<string, unknown>;

/** A log whose lines are JSON objects with the given fields, made safe by `redact`. */
export function openLog(
  context: Fields,
  edges: { write: (line: string) => void; redact: (text: string) => string; now: () => number },
): Log {
  return (level, message, fields = {}) => {
    const timestamp = new Date(edges.now()).toISOString();
    const line = JSON.stringify({ timestamp, level, message, ...context, ...fields });
    edges.write(`${edges.redact(line)}\n`);
  };
}
