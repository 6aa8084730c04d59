import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import * as names from '../../../lambda/names.ts';
import {
  isExcludable,
  OVERLAP_RANGE,
  PASSWORD_LENGTH_RANGE,
  TIMEOUT_RANGE,
} from '../../../lambda/settings.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';

// A step waits up to 30 seconds until all proxies have a new password, and calls AWS besides.
export const TIMEOUT_MIN_SECONDS = 60;

// Variables that would make the function unsafe.
const UNSAFE: [name: RegExp, value: RegExp, reason: string][] = [
  [
    new RegExp(`^${names.TLS_SWITCH}$`),
    /^/,
    'it disables TLS verification; hint: set caCertificate of the cluster',
  ],
  [/^AWS_ENDPOINT_URL/, /^http:/i, 'it sends secrets in clear text; hint: use an https address'],
  [/^NODE_OPTIONS$/, /^/, 'it can change how Node.js verifies TLS; hint: remove it'],
  [
    /^NODE_EXTRA_CA_CERTS$/,
    /^/,
    'every connection would trust these certificates; hint: set caCertificate of the cluster',
  ],
  [/^NODE_DEBUG$/, /^/, 'it writes headers of requests to the log; hint: remove it'],
];

// The construct's own variables, with the properties that set them.
const OWN_VARIABLES: Record<string, string> = {
  [names.CLUSTERS_PATH]: 'clustersPath',
  [names.OVERLAP_SECONDS]: 'overlap',
  [names.PASSWORD_LENGTH]: 'passwordLength',
  [names.EXCLUDE_CHARACTERS]: 'excludeCharacters',
  [names.FUNCTION_TIMEOUT_SECONDS]: 'timeout of functionProps',
};

// Variables that give the AWS services other names than those of `createVpcEndpoints`.
const OTHER_ENDPOINTS = ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'];

export const DEFAULT_OVERLAP = Duration.seconds(OVERLAP_RANGE.fallback);

/** Returns the function's environment variables. Throws if the function would not accept them. */
export function environmentVariables(
  props: RedisEnterpriseRotationProps,
  clustersPath: string,
  overlap: Duration,
  timeout: Duration,
): Record<string, string> {
  const { passwordLength, excludeCharacters, createVpcEndpoints = false } = props;
  const variables = props.functionProps?.environment ?? {};
  checkVariables(variables);
  if (createVpcEndpoints) checkEndpointNames(variables);
  if (!overlap.isUnresolved() && overlap.toMilliseconds() > OVERLAP_RANGE.max * 1_000) {
    const max = Duration.seconds(OVERLAP_RANGE.max).toHumanString();
    throw new Error(`overlap must be at most ${max}, got ${overlap.toHumanString()}`);
  }
  checkRange('timeout of functionProps', timeout.toSeconds(), {
    min: TIMEOUT_MIN_SECONDS,
    max: TIMEOUT_RANGE.max,
  });
  if (passwordLength !== undefined)
    checkRange('passwordLength', passwordLength, PASSWORD_LENGTH_RANGE);
  if (excludeCharacters !== undefined && !isExcludableOrToken(excludeCharacters)) {
    throw new Error(
      'excludeCharacters must be printable ASCII that leaves letters of both cases and digits, ' +
        `got '${excludeCharacters}'`,
    );
  }
  return {
    [names.CLUSTERS_PATH]: clustersPath,
    [names.OVERLAP_SECONDS]: textOf(overlap.toSeconds()),
    [names.FUNCTION_TIMEOUT_SECONDS]: textOf(timeout.toSeconds()),
    ...(passwordLength !== undefined && { [names.PASSWORD_LENGTH]: textOf(passwordLength) }),
    ...(excludeCharacters !== undefined && { [names.EXCLUDE_CHARACTERS]: excludeCharacters }),
  };
}

/** Returns the text of a number, which may be a token. */
function textOf(value: number): string {
  return Tokenization.stringifyNumber(value);
}

function isExcludableOrToken(characters: string): boolean {
  return Token.isUnresolved(characters) || isExcludable(characters);
}

function checkVariables(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const own = OWN_VARIABLES[name];
    const [, , unsafe] =
      UNSAFE.find(([names, values]) => names.test(name) && values.test(value)) ?? [];
    const reason = own === undefined ? unsafe : `the construct sets it; hint: set ${own}`;
    if (reason === undefined) continue;
    throw new Error(`functionProps.environment must not set ${name}: ${reason}`);
  }
}

function checkEndpointNames(variables: Record<string, string>): void {
  const name = OTHER_ENDPOINTS.find((one) => /^true$/i.test(variables[one] ?? ''));
  if (name === undefined) return;
  throw new Error(
    `createVpcEndpoints does not create the endpoints that ${name} of functionProps.environment ` +
      'needs; hint: leave createVpcEndpoints out, and create them in your VPC',
  );
}

function checkRange(name: string, value: number, { min, max }: { min: number; max: number }): void {
  const isValid = Number.isInteger(value) && value >= min && value <= max;
  if (Token.isUnresolved(value) || isValid) return;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, got ${value}`);
}
