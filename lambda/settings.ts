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

const DAY_SECONDS = 86_400;

// Applications keep a secret for an hour, deployments for days: a week covers both. Past a quarter
// of a year a replaced password is no longer an overlap but a second password.
const OVERLAP = { fallback: 7 * DAY_SECONDS, min: 0, max: 90 * DAY_SECONDS };

// 32 characters of 65 are 192 bits, and 16 the least that resists guessing offline. Redis
// Enterprise documents no maximum; the clients and proxies in use take 128.
const LENGTH = { fallback: 32, min: 16, max: 128 };

// Lambda's own maximum: right for every function, only slower to sweep up than need be.
const TIMEOUT = { fallback: 900, min: 1, max: 900 };

// All punctuation but "-", "." and "_": those three mean nothing to a URI, a shell or JSON.
const EXCLUDED = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const EACH_TYPE = [LOWERCASE, LOWERCASE.toUpperCase(), '0123456789'];

/** Reads the settings from the environment; throws `setting_invalid` naming the variable. */
export function readSettings(environment: Environment): Settings {
  const text = (
    name: string,
    fallback: string | undefined,
    allowed: string,
    accepts: (seen: string) => boolean,
  ): string => {
    const seen = environment[name] ?? fallback;
    if (seen !== undefined && accepts(seen)) return seen;
    const shown = seen === undefined ? 'not set' : JSON.stringify(seen);
    const what = `environment variable ${name} is ${shown}, allowed is ${allowed}`;
    throw new RotationError('setting_invalid', what);
  };
  const integer = (name: string, { fallback, min, max }: typeof OVERLAP): number => {
    const isInRange = (seen: string) =>
      /^\d{1,9}$/.test(seen) && Number(seen) >= min && Number(seen) <= max;
    return Number(text(name, String(fallback), `a whole number from ${min} to ${max}`, isInRange));
  };
  const isPath = (seen: string) => /^(\/[A-Za-z0-9_.-]+)+$/.test(seen);
  const leavesEachType = (seen: string) =>
    EACH_TYPE.every((type) => [...type].some((character) => !seen.includes(character)));
  // It would turn verification off for the AWS SDK's own connections too.
  if (environment[names.TLS_SWITCH] !== undefined) {
    const what = `environment variable ${names.TLS_SWITCH} is set, allowed is: not set`;
    const hint = "remove it; set the cluster's ca-certificate instead";
    throw new RotationError('setting_invalid', what, { hint });
  }
  return {
    clustersPath: text(names.CLUSTERS_PATH, undefined, 'a path such as /redis/clusters', isPath),
    overlapSeconds: integer(names.OVERLAP_SECONDS, OVERLAP),
    passwordLength: integer(names.PASSWORD_LENGTH, LENGTH),
    excludeCharacters: text(
      names.EXCLUDE_CHARACTERS,
      EXCLUDED,
      'printable ASCII characters that leave letters of both cases and digits',
      (seen) => /^[\x20-\x7e]*$/.test(seen) && leavesEachType(seen),
    ),
    functionTimeoutSeconds: integer(names.FUNCTION_TIMEOUT_SECONDS, TIMEOUT),
  };
}
