/** The rule for one field. `allowed` completes the sentence "allowed is …". */
export type Rule = { allowed: string; accepts: (seen: unknown) => boolean; required?: boolean };

/** Describes the first field that breaks its rule, without its value. */
export function findViolation(
  fields: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
): string | undefined {
  for (const [name, { allowed, accepts, required = false }] of Object.entries(rules)) {
    const seen = fields[name];
    if (seen === undefined ? !required : accepts(seen)) continue;
    const shown =
      seen === undefined ? 'absent' : `another ${Array.isArray(seen) ? 'list' : typeof seen}`;
    return `${name} is ${shown}, allowed is ${allowed}`;
  }
  return undefined;
}

export function stringRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  required = false,
): Rule {
  return { allowed, accepts: (seen) => isString(seen) && accepts(seen), required };
}

export function stringListRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  minLength = 0,
): Rule {
  return {
    allowed,
    accepts: (seen) =>
      Array.isArray(seen) &&
      seen.length >= minLength &&
      seen.every((one) => isString(one) && accepts(one)),
  };
}

function isString(seen: unknown): seen is string {
  return typeof seen === 'string';
}
