import {
  CLUSTERS_PATH,
  EXCLUDE_CHARACTERS,
  FUNCTION_TIMEOUT_SECONDS,
  OVERLAP_SECONDS,
  PASSWORD_LENGTH,
} from './environment.ts';
import { RotationError } from './errors.ts';

export type Settings = {
  /** Starts with a slash, ends without one. */
  clustersPath: string;
  overlapSeconds: number;
  passwordLength: number;
  excludeCharacters: string;
  functionTimeoutSeconds: number;
};

export type Environment = Record<string, string | undefined>;

const DAY_SECONDS = 86_400;

// Applications keep a secret for an hour, deployments for days: a week covers both.
const OVERLAP_DEFAULT_SECONDS = 7 * DAY_SECONDS;
// Past a quarter of a year a replaced password is no longer an overlap but a second password.
const OVERLAP_MAX_SECONDS = 90 * DAY_SECONDS;

// 32 characters of 65 are 192 bits; 16 are the least that resists guessing offline.
const PASSWORD_LENGTH_DEFAULT = 32;
const PASSWORD_LENGTH_MIN = 16;
// Redis Enterprise documents no maximum; the Redis clients and proxies in use take 128.
const PASSWORD_LENGTH_MAX = 128;

// All punctuation but "-", "." and "_": those three mean nothing to a URI, a shell or JSON.
const EXCLUDE_CHARACTERS_DEFAULT = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

// Lambda's own maximum: right for every function, only slower to sweep up than need be.
const FUNCTION_TIMEOUT_MAX_SECONDS = 900;

/** Reads the settings from the environment; throws `setting_invalid` naming the variable. */
export function readSettings(environment: Environment): Settings {
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const seen = environment[name];
    if (seen === undefined) return fallback;
    const value = /^\d{1,9}$/.test(seen) ? Number(seen) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw invalid(name, seen, `a whole number from ${min} to ${max}`);
  };
  return {
    clustersPath: readPath(environment[CLUSTERS_PATH]),
    overlapSeconds: integer(OVERLAP_SECONDS, OVERLAP_DEFAULT_SECONDS, 0, OVERLAP_MAX_SECONDS),
    passwordLength: integer(
      PASSWORD_LENGTH,
      PASSWORD_LENGTH_DEFAULT,
      PASSWORD_LENGTH_MIN,
      PASSWORD_LENGTH_MAX,
    ),
    excludeCharacters: readExclusions(environment[EXCLUDE_CHARACTERS]),
    functionTimeoutSeconds: integer(
      FUNCTION_TIMEOUT_SECONDS,
      FUNCTION_TIMEOUT_MAX_SECONDS,
      1,
      FUNCTION_TIMEOUT_MAX_SECONDS,
    ),
  };
}

function readPath(seen: string | undefined): string {
  if (seen !== undefined && /^(\/[A-Za-z0-9_.-]+)+$/.test(seen)) return seen;
  throw invalid(CLUSTERS_PATH, seen, 'a parameter path such as /redis-enterprise/clusters');
}

function readExclusions(seen: string | undefined): string {
  if (seen === undefined) return EXCLUDE_CHARACTERS_DEFAULT;
  if (!/^[\x20-\x7e]*$/.test(seen)) {
    throw invalid(EXCLUDE_CHARACTERS, seen, 'printable ASCII characters');
  }
  const leftOver = (from: string) => [...from].some((character) => !seen.includes(character));
  if (leftOver(LOWERCASE) && leftOver(LOWERCASE.toUpperCase()) && leftOver(DIGITS)) return seen;
  throw invalid(EXCLUDE_CHARACTERS, seen, 'a list that leaves letters of both cases and digits');
}

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

function invalid(name: string, seen: string | undefined, allowed: string): RotationError {
  const what = seen === undefined ? 'is not set' : `is ${JSON.stringify(seen)}`;
  return new RotationError(
    'setting_invalid',
    `environment variable ${name} ${what}, allowed is ${allowed}`,
    `set ${name} in the function's configuration`,
  );
}
