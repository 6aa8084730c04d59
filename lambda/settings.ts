import { RotationError } from './errors.ts';
import * as names from './names.ts';

export type Settings = {
  /** Starts with a slash, ends without one. */
  clustersPath: string;
  overlapSeconds: number;
  passwordLength: number;
  excludeCharacters: string;
  functionTimeoutSeconds: number;
};

export type Environment = Record<string, string | undefined>;

type Range = { fallback: number; min: number; max: number };

const DAY_SECONDS = 86_400;

// Applications cache a secret for an hour, deployments for days: a week covers both. After 90 days,
// the replaced password is a second permanent password.
export const OVERLAP_RANGE: Range = { fallback: 7 * DAY_SECONDS, min: 0, max: 90 * DAY_SECONDS };

// 32 characters of 65 have 192 bits; fewer than 16 do not resist an offline attack. Redis
// Enterprise documents no maximum; clients and proxies accept 128.
export const PASSWORD_LENGTH_RANGE: Range = { fallback: 32, min: 16, max: 128 };

// Lambda's maximum: safe for every function. A smaller value deletes abandoned passwords earlier.
export const TIMEOUT_RANGE: Range = { fallback: 900, min: 1, max: 900 };

// All punctuation except "-", "." and "_", which have no meaning in URIs, shells and JSON.
export const DEFAULT_EXCLUDED = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const EACH_TYPE = [LOWERCASE, LOWERCASE.toUpperCase(), '0123456789'];

/** Whether the characters are printable ASCII and leave letters of both cases and digits. */
export function isExcludable(characters: string): boolean {
  const leavesEachType = EACH_TYPE.every((type) =>
    [...type].some((character) => !characters.includes(character)),
  );
  return leavesEachType && /^[\x20-\x7e]*$/.test(characters);
}

/** Reads the settings. @throws `setting_invalid` with the name of the variable. */
export function readSettings(environment: Environment): Settings {
  checkTlsSwitch(environment);
  const integer = (name: string, range: Range) => readInteger(environment, name, range);
  const allowed = 'printable ASCII characters that leave letters of both cases and digits';
  return {
    clustersPath: readText(environment, names.CLUSTERS_PATH, {
      allowed: 'a path such as /redis/clusters',
      accepts: (seen) => /^(\/[A-Za-z0-9_.-]+)+$/.test(seen),
    }),
    overlapSeconds: integer(names.OVERLAP_SECONDS, OVERLAP_RANGE),
    passwordLength: integer(names.PASSWORD_LENGTH, PASSWORD_LENGTH_RANGE),
    excludeCharacters: readText(environment, names.EXCLUDE_CHARACTERS, {
      fallback: DEFAULT_EXCLUDED,
      allowed,
      accepts: isExcludable,
    }),
    functionTimeoutSeconds: integer(names.FUNCTION_TIMEOUT_SECONDS, TIMEOUT_RANGE),
  };
}

type TextRule = { fallback?: string; allowed: string; accepts: (seen: string) => boolean };

function readText(environment: Environment, name: string, rule: TextRule): string {
  const seen = environment[name] ?? rule.fallback;
  if (seen !== undefined && rule.accepts(seen)) return seen;
  const shown = seen === undefined ? 'not set' : JSON.stringify(seen);
  const what = `environment variable ${name} is ${shown}, allowed is ${rule.allowed}`;
  throw new RotationError('setting_invalid', what);
}

function readInteger(environment: Environment, name: string, { fallback, min, max }: Range) {
  const text = readText(environment, name, {
    fallback: String(fallback),
    allowed: `a whole number from ${min} to ${max}`,
    accepts: (seen) => /^\d{1,9}$/.test(seen) && Number(seen) >= min && Number(seen) <= max,
  });
  return Number(text);
}

// The variable would also turn verification off for the connections of the AWS SDK.
function checkTlsSwitch(environment: Environment): void {
  if (environment[names.TLS_SWITCH] === undefined) return;
  const what = `environment variable ${names.TLS_SWITCH} is set, allowed is: not set`;
  const hint = "remove it; set the cluster's ca-certificate instead";
  throw new RotationError('setting_invalid', what, { hint });
}
