import { Token } from 'aws-cdk-lib';

// The whole value has at most 64 KiB.
const FIELDS_MAX_BYTES = 60_000;

/** Throws unless the further fields of a user's secret are a small object of JSON values. */
export function checkJsonFields(name: string, fields: unknown): void {
  const seen = describeOther(fields);
  if (seen === undefined) return;
  throw new Error(
    `extraFields of ${name} must be a plain object of JSON values, of at most ` +
      `${FIELDS_MAX_BYTES} bytes, got ${seen}`,
  );
}

function describeOther(fields: unknown): string | undefined {
  if (!isPlainObject(fields)) return Array.isArray(fields) ? 'a list' : `another ${typeof fields}`;
  const path = findOther(fields, []);
  if (path !== undefined) return `another value in ${path}`;
  const text = JSON.stringify(fields, (_, value) => (isToken(value) ? '' : value));
  const bytes = Buffer.byteLength(text);
  return bytes > FIELDS_MAX_BYTES ? `${bytes} bytes` : undefined;
}

/** Returns the path of the first value that JSON cannot hold. JSON leaves out undefined. */
function findOther(value: unknown, parents: unknown[], path = ''): string | undefined {
  if (value === undefined || value === null || isToken(value)) return undefined;
  if (['string', 'boolean'].includes(typeof value) || Number.isFinite(value)) return undefined;
  const isNested = Array.isArray(value) || isPlainObject(value);
  if (!isNested || parents.includes(value)) return path;
  for (const [key, one] of Object.entries(value)) {
    const found = findOther(one, [...parents, value], path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns whether CDK resolves the value later. */
function isToken(value: unknown): boolean {
  return Token.isUnresolved(value);
}
