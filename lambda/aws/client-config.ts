import type { Environment } from '../settings.ts';

// AWS throttles writes above a shared quota of 50 calls a second, as in a burst of rotations.
const ATTEMPTS_MAX = 5;
// An endpoint in the region answers in tens of milliseconds; TCP resends a lost packet after 1 s.
const CONNECT_TIMEOUT_MS = 3_000;
const REPLY_TIMEOUT_MS = 10_000;

/**
 * Returns the configuration of an AWS client, from AWS's standard variables in `environment`. The
 * SDK finds by itself what is not there.
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
