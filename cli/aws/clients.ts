import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TIMEOUT_RANGE } from '../../lambda/settings.ts';
import { UsageError } from '../failure.ts';
import type { Session } from '../session.ts';

/** The AWS clients of a command. The others load when a command needs them. */
export type Clients = {
  secretsManager: SecretsManagerClient;
  lambda: () => Promise<LambdaClient>;
  logs: () => Promise<CloudWatchLogsClient>;
  /** Ends a call after a signal. */
  callOptions: { abortSignal: AbortSignal };
};

const CONNECT_TIMEOUT_MS = 5_000;
const REPLY_TIMEOUT_MS = 30_000;
// An invocation replies when the function ends: AWS Lambda ends it after 15 minutes. A minute more
// is for a cold start.
const INVOKE_TIMEOUT_MS = (TIMEOUT_RANGE.max + 60) * 1_000;
// AWS throttles ListSecretVersionIds at 40 calls a second for the account.
const ATTEMPTS_MAX = 8;

// The complete ARN of a secret, with its Region.
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):/;

/** Opens the clients of a session: `--region`, `--profile`, the secret's ARN, AWS's variables. */
export function openClients({ values, environment, signal }: Session): Clients {
  // The SDK is part of this package: no reader can update it.
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const region = regionOf(values, environment);
  const { profile } = values;
  const config = { ...(region && { region }), ...(profile && { profile }) };
  const requestHandler = {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REPLY_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  };
  return {
    secretsManager: new SecretsManagerClient({
      ...config,
      requestHandler,
      maxAttempts: ATTEMPTS_MAX,
    }),
    lambda: async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda');
      const slow = { ...requestHandler, requestTimeout: INVOKE_TIMEOUT_MS };
      // A repeated call would run the function twice.
      return new LambdaClient({
        ...config,
        requestHandler: { ...slow, socketTimeout: INVOKE_TIMEOUT_MS },
        maxAttempts: 1,
      });
    },
    logs: async () => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
      return new CloudWatchLogsClient({ ...config, requestHandler });
    },
    callOptions: { abortSignal: signal },
  };
}

/** Returns the Region that the command line or an ARN names; undefined leaves it to the SDK. */
function regionOf(
  { region, secret = '', profile }: Session['values'],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const [, ofSecret] = SECRET_ARN.exec(secret) ?? [];
  if (region !== undefined && ofSecret !== undefined && region !== ofSecret) {
    throw new UsageError(`--region is ${region}, but the secret's ARN is of ${ofSecret}`);
  }
  // The SDK does not read this variable of the AWS CLI. A profile may have a Region.
  const ofCli = profile === undefined ? environment.AWS_DEFAULT_REGION : undefined;
  return region ?? ofSecret ?? (environment.AWS_REGION ? undefined : ofCli);
}
