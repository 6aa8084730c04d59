import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { checkSameUser } from './same-user.ts';

/** Runs preflight in the deployed function; `secret` is a name or an ARN. */
export async function preflightDeployed(functionName: string, secret: string): Promise<Preflight> {
  const client = new SecretsManagerClient({});
  const described = await client.send(new DescribeSecretCommand({ SecretId: secret }));
  const Payload = JSON.stringify({ Step: 'preflight', SecretId: described.ARN });
  const command = new InvokeCommand({ FunctionName: functionName, Payload });
  const reply = await new LambdaClient({}).send(command);
  const result = JSON.parse(Buffer.from(reply.Payload ?? []).toString() || 'null');
  if (reply.FunctionError !== undefined) {
    throw new Error(`the function failed: ${result?.errorMessage}`);
  }
  return withChecks(result, await checkSameUser(client, described));
}

/** Inserts the command's own checks after the function's checks of the same name. */
function withChecks({ ok, checks }: Preflight, own: Check[]): Preflight {
  const index = checks.findLastIndex(({ check }) => check === own[0]?.check) + 1;
  return { ok, checks: checks.toSpliced(index, 0, ...own) };
}
