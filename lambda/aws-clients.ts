import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Environment } from './settings.ts';

// Throttling is what AWS's shared write quota of 50 calls a second answers to a burst of rotations.
const ATTEMPTS_MAX = 5;
// An endpoint in the region answers in tens of milliseconds; a lost packet is sent again after 1 s.
const CONNECT_TIMEOUT_MS = 3_000;
const REPLY_TIMEOUT_MS = 10_000;

/**
 * The clients of Secrets Manager and Systems Manager, the latter loaded when it is first asked for.
 * Region, credentials and endpoints come from AWS's standard variables in `environment`; what is not
 * there is the SDK's own to find.
 */
export function awsClients(environment: Environment): {
  secretsManager: SecretsManagerClient;
  parameters: () => Promise<SSMClient>;
} {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId } = environment;
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  const token = sessionToken && { sessionToken };
  const isKeyed = accessKeyId !== undefined && secretAccessKey !== undefined;
  const shared = {
    ...(region && { region }),
    ...(isKeyed && { credentials: { accessKeyId, secretAccessKey, ...token } }),
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REPLY_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  const at = (endpoint: string | undefined) => ({ ...shared, ...(endpoint && { endpoint }) });
  let parameters: Promise<SSMClient> | undefined;
  const loadParameters = async () => {
    const { SSMClient } = await import('@aws-sdk/client-ssm');
    return new SSMClient(at(environment.AWS_ENDPOINT_URL_SSM));
  };
  return {
    secretsManager: new SecretsManagerClient(at(environment.AWS_ENDPOINT_URL_SECRETS_MANAGER)),
    parameters: () => {
      parameters ??= loadParameters();
      return parameters;
    },
  };
}
