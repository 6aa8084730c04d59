export type JsonObject = Record<string, unknown>;

declare global {
  // Node.js has "JSON.parse source text access"; the lib of TypeScript does not declare it yet.
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
 * Parses a JSON object. Returns undefined for other or invalid JSON, without the parser's message:
 * the message quotes its input, which may contain a password.
 */
export function parseObject(text: string): JsonObject | undefined {
  return fieldsOf(parseJson(text));
}

/** Parses a JSON object. Keeps the text of each number that JavaScript cannot represent. */
export function parseLossless(text: string): JsonObject | undefined {
  const lossless = (_key: string, value: unknown, { source }: Context) => {
    const isExact = typeof value !== 'number' || source === undefined || String(value) === source;
    return isExact ? value : JSON.rawJSON(source);
  };
  return fieldsOf(parse(() => JSON.parse(text, lossless)));
}

/** Parses JSON of any type. Returns undefined for invalid JSON. */
export function parseJson(text: string): unknown {
  return parse(() => JSON.parse(text));
}

/** Copies the fields of a JSON object, `__proto__` included; returns undefined for other JSON. */
export function fieldsOf(json: unknown): JsonObject | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? { ...json } : undefined;
}

/** Whether JSON has objects or lists in more than so many levels. */
export function isNestedDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((one) => isNestedDeeper(one, levels - 1));
}

function parse(source: () => unknown): unknown {
  try {
    return source();
  } catch {
    return undefined;
  }
}
