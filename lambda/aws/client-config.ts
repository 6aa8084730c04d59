import type { Environment } from '../settings.ts';

// Throttling is what AWS's shared write quota of 50 calls a second answers to a burst of rotations.
const ATTEMPTS_MAX = 5;
// An endpoint in the region answers in tens of milliseconds; a lost packet is sent again after 1 s.
const CONNECT_TIMEOUT_MS = 3_000;
const REPLY_TIMEOUT_MS = 10_000;

/**
 * What a client of an AWS service is built with. Region, credentials and the service's endpoint
 * come from AWS's standard variables in `environment`; what is not there is the SDK's own to find.
 */
export function awsConfig(environment: Environment, service: 'SECRETS_MANAGER' | 'SSM') {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId } = environment;
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  const token = sessionToken && { sessionToken };
  const isKeyed = accessKeyId !== undefined && secretAccessKey !== undefined;
  const endpoint = environment[`AWS_ENDPOINT_URL_${service}`];
  return {
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(isKeyed && { credentials: { accessKeyId, secretAccessKey, ...token } }),
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REPLY_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}
