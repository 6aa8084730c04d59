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
  try {
    const json = JSON.parse(text, keepNumber);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? { ...json }
      : undefined;
  } catch {
    return undefined;
  }
}

// A number that JavaScript cannot hold exactly is carried over as its own text.
function keepNumber(_key: string, value: unknown, { source }: Context): unknown {
  const exact = typeof value !== 'number' || source === undefined || String(value) === source;
  return exact ? value : JSON.rawJSON(source);
}
