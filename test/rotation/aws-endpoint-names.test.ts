import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, expect, test, vi } from 'vitest';
import { awsConfig } from '../../lambda/aws/client-config.ts';

const REGION = { AWS_REGION: 'eu-west-1' };

afterEach(() => vi.unstubAllEnvs());

/** Returns the host names that the function calls with a variable of AWS in its environment. */
async function hostsWith(variable: string): Promise<(string | undefined)[]> {
  vi.stubEnv(variable, 'true');
  const clients = [
    new SecretsManagerClient(awsConfig(REGION, 'SECRETS_MANAGER')),
    new SSMClient(awsConfig(REGION, 'SSM')),
  ];
  const hosts = clients.map(async ({ config }) => {
    const UseFIPS = await config.useFipsEndpoint();
    const UseDualStack = await config.useDualstackEndpoint();
    return config.endpointProvider({ Region: 'eu-west-1', UseFIPS, UseDualStack }).url.hostname;
  });
  return await Promise.all(hosts);
}

test('AWS_USE_FIPS_ENDPOINT makes the function call the FIPS endpoints of AWS', async () => {
  expect(await hostsWith('AWS_USE_FIPS_ENDPOINT')).toEqual([
    'secretsmanager-fips.eu-west-1.amazonaws.com',
    'ssm-fips.eu-west-1.amazonaws.com',
  ]);
});

test('AWS_USE_DUALSTACK_ENDPOINT makes the function call the dual-stack names that AWS has', async () => {
  expect(await hostsWith('AWS_USE_DUALSTACK_ENDPOINT')).toEqual([
    'secretsmanager.eu-west-1.amazonaws.com',
    'ssm.eu-west-1.api.aws',
  ]);
});
