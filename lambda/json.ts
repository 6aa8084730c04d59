export type JsonObject = Record<string, unknown>;

declare global {
  // ECMAScript's "JSON.parse source text access", which Node.js has and TypeScript's lib lacks.
  interface JSON {
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: Context) => unknown,
    ): unknown;
  }
}

type Context = { source?: string };

/**
 * Reads a JSON object. Anything else, broken JSON included, is undefined: the parser's message
 * quotes its input, which may hold a password, so it goes no further.
 */
export function parseObject(text: string): JsonObject | undefined {
  return fieldsOf(read(() => JSON.parse(text)));
}

/** The same for writing it again: a number that JavaScript cannot hold exactly stays its text. */
export function parseLossless(text: string): JsonObject | undefined {
  const exact = (_key: string, value: unknown, { source }: Context) => {
    const isExact = typeof value !== 'number' || source === undefined || String(value) === source;
    return isExact ? value : JSON.rawJSON(source);
  };
  return fieldsOf(read(() => JSON.parse(text, exact)));
}

/** Reads a JSON list; anything else is empty. */
export function parseList(text: string): unknown[] {
  const json = read(() => JSON.parse(text));
  return Array.isArray(json) ? json : [];
}

/** Copies the fields of a JSON object, `__proto__` included; returns undefined for other JSON. */
export function fieldsOf(json: unknown): JsonObject | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? { ...json } : undefined;
}

function read(source: () => unknown): unknown {
  try {
    return source();
  } catch {
    return undefined;
  }
}
