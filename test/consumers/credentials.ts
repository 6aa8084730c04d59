import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export type Credentials = { username: string; password: string };

/** Reads the login that is current now: AWSCURRENT. */
export async function readCredentials(
  secretsManager: SecretsManagerClient,
  secretId: string,
): Promise<Credentials> {
  const command = new GetSecretValueCommand({ SecretId: secretId });
  const { SecretString = '' } = await secretsManager.send(command);
  const { username, password } = JSON.parse(SecretString) as Credentials;
  return { username, password };
}
