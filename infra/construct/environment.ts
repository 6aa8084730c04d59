import type { Duration } from 'aws-cdk-lib';
import * as names from '../../lambda/names.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';

// The function's own limits.
const OVERLAP_MAX_DAYS = 90;
const PASSWORD_CHARACTERS = [16, 128] as const;
const TIMEOUT_MAX_SECONDS = 900;

// A step waits up to 30 seconds for proxies to learn of a password, and calls AWS besides.
const TIMEOUT_MIN_SECONDS = 60;

// Variables of `functionProps` that would break what the function promises, with their values.
const REFUSED: [name: RegExp, value: RegExp, why: string][] = [
  [
    new RegExp(`^${names.TLS_SWITCH}$`),
    /^/,
    'it switches the verification of certificates off; set caCertificate of the cluster instead',
  ],
  [/^AWS_ENDPOINT_URL/, /^http:/i, 'it would send secrets in clear text; use an https address'],
  [/^NODE_DEBUG$/, /^/, 'it writes headers of requests to the log; remove it'],
];

/** The environment variables of the function; throws where the function would refuse them. */
export function settings(
  { passwordLength, excludeCharacters, functionProps }: RedisEnterpriseRotationProps,
  clustersPath: string,
  overlap: Duration,
  timeout: Duration,
): Record<string, string> {
  checkVariables(functionProps?.environment);
  if (overlap.toDays({ integral: false }) > OVERLAP_MAX_DAYS) {
    throw new Error(
      `overlap must be at most ${OVERLAP_MAX_DAYS} days, got ${overlap.toHumanString()}`,
    );
  }
  checkRange('timeout of functionProps', timeout.toSeconds(), [
    TIMEOUT_MIN_SECONDS,
    TIMEOUT_MAX_SECONDS,
  ]);
  if (passwordLength !== undefined) {
    checkRange('passwordLength', passwordLength, PASSWORD_CHARACTERS);
  }
  if (excludeCharacters !== undefined && !leavesEachType(excludeCharacters)) {
    throw new Error(
      'excludeCharacters must be printable ASCII that leaves letters of both cases and digits, ' +
        `got '${excludeCharacters}'`,
    );
  }
  return {
    [names.CLUSTERS_PATH]: clustersPath,
    [names.OVERLAP_SECONDS]: String(overlap.toSeconds()),
    [names.FUNCTION_TIMEOUT_SECONDS]: String(timeout.toSeconds()),
    ...(passwordLength !== undefined && { [names.PASSWORD_LENGTH]: String(passwordLength) }),
    ...(excludeCharacters !== undefined && { [names.EXCLUDE_CHARACTERS]: excludeCharacters }),
  };
}

function checkVariables(variables: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries(variables)) {
    const [, , why] =
      REFUSED.find(([names, values]) => names.test(name) && values.test(value)) ?? [];
    if (why !== undefined)
      throw new Error(`functionProps.environment must not set ${name}: ${why}`);
  }
}

function checkRange(name: string, value: number, [min, max]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, got ${value}`);
}

function leavesEachType(excluded: string): boolean {
  const left = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].filter(
    (one) => !excluded.includes(one),
  );
  const text = left.join('');
  return /^[\x20-\x7e]*$/.test(excluded) && /(?=.*[a-z])(?=.*[A-Z])(?=.*\d)/.test(text);
}
