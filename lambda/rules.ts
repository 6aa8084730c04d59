/** What a field may be. */
export type Rule = { allowed: string; accepts: (seen: unknown) => boolean; required?: boolean };

/** Says which field breaks its rule, and how, without echoing it; undefined: none does. */
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

function isText(seen: unknown): seen is string {
  return typeof seen === 'string';
}

/** A rule for a text. */
export function stringRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  required = false,
): Rule {
  return { allowed, accepts: (seen) => isText(seen) && accepts(seen), required };
}

/** A rule for a list of texts, of which there are at least so many. */
export function stringListRule(
  allowed: string,
  accepts: (seen: string) => boolean,
  least = 0,
): Rule {
  return {
    allowed,
    accepts: (seen) =>
      Array.isArray(seen) &&
      seen.length >= least &&
      seen.every((one) => isText(one) && accepts(one)),
  };
}
