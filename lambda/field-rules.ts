/** The rule for one field. `allowed` completes the sentence "allowed is …". */
export type Rule = {
  allowed: string;
  accepts: (seen: unknown) => boolean;
  required?: boolean;
  /** Describes an invalid value without its content: "a string that …". */
  describe?: ((seen: unknown) => string | undefined) | undefined;
};

/** Describes the first field that breaks its rule, without its value. */
export function findViolation(
  fields: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
): string | undefined {
  for (const [name, rule] of Object.entries(rules)) {
    const { allowed, accepts, required = false } = rule;
    const seen = fields[name];
    if (seen === undefined ? !required : accepts(seen)) continue;
    const shown = rule.describe?.(seen) ?? shapeOf(seen);
    return `${name} is ${shown}, allowed is ${allowed}`;
  }
  return undefined;
}

// What is often wrong with a string, without its content. Spaces first: they hide the other faults.
const SHAPES: [pattern: RegExp, shape: string][] = [
  [/^$/, 'an empty string'],
  [/^\s+$/, 'a string of spaces'],
  [/^\s/, 'a string that starts with a space'],
  [/\s$/, 'a string that ends with a space'],
  [/^(https?:\/\/)?\[?[0-9a-f:]+%/i, 'an IPv6 address with a zone id'],
  [/^\[[0-9a-f:]+\]$/i, 'an IPv6 address in brackets'],
  [/^\[.*\]$|^[^\s,]+(,[^\s,]+)+$/s, 'a string that looks like a list'],
  [/^\{.*\}$/s, 'a string that looks like an object'],
  [/^".*"$/s, 'a string in quotation marks'],
  [/\s/, 'a string that contains a space'],
  [/^http:\/\//i, 'a URL that starts with http://'],
  [/^https:\/\/[^/?#]*\.(:\d*)?\/?$/i, 'a URL whose host ends with a dot'],
  [/^https:\/\/[^/?#]*[/?#]./i, 'a URL with a path'],
  [/^[a-z]+:\/\//i, 'a string that looks like a URL'],
  [/\.$/, 'a string that ends with a dot'],
  [/\.:\d*$/, 'a host that ends with a dot'],
];

/** Describes a value by its type and shape, without its content. */
function shapeOf(seen: unknown): string {
  if (seen === undefined) return 'absent';
  if (seen === null) return 'null';
  if (typeof seen !== 'string') return `another ${Array.isArray(seen) ? 'list' : typeof seen}`;
  return SHAPES.find(([pattern]) => pattern.test(seen))?.[1] ?? 'another string';
}

export function stringRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  required = false,
  describe?: (seen: string) => string | undefined,
): Rule {
  return {
    allowed,
    accepts: (seen) => isString(seen) && accepts(seen),
    required,
    describe: (seen) => (isString(seen) ? describe?.(seen) : undefined),
  };
}

type ListLimits = {
  minLength?: number;
  maxLength?: number;
  /** Describes an invalid item without its content. */
  describe?: (seen: string) => string | undefined;
};

export function stringListRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, describe }: ListLimits = {},
): Rule {
  const isItem = (item: unknown) => isString(item) && accepts(item);
  const isLength = ({ length }: unknown[]) => length >= minLength && length <= maxLength;
  return {
    allowed,
    accepts: (seen) => Array.isArray(seen) && isLength(seen) && seen.every(isItem),
    describe: (seen) => {
      if (isString(seen)) return nonList(seen);
      if (!Array.isArray(seen)) return undefined;
      if (seen.length === 0) return 'an empty list';
      if (!isLength(seen)) return `a list of ${seen.length} items`;
      const at = seen.findIndex((item) => !isItem(item));
      const shown = (isString(seen[at]) && describe?.(seen[at])) || shapeOf(seen[at]);
      return `a list whose item ${at + 1} is ${shown}`;
    },
  };
}

/** Describes a string in place of a list. */
function nonList(seen: string): string {
  const shape = shapeOf(seen);
  return shape === 'another string' ? 'a string, not a list' : shape;
}

function isString(seen: unknown): seen is string {
  return typeof seen === 'string';
}
