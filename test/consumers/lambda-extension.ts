import type { Credentials } from './credentials.ts';

/** Reads the login through the extension, which caches it for SECRETS_MANAGER_TTL seconds. */
export async function readFromExtension(secretId: string): Promise<Credentials> {
  const { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port = '2773', AWS_SESSION_TOKEN: token = '' } =
    process.env;
  const url = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(secretId)}`;
  const reply = await fetch(url, { headers: { 'X-Aws-Parameters-Secrets-Token': token } });
  if (!reply.ok) throw new Error(`the extension returned ${reply.status}`);
  const { SecretString } = (await reply.json()) as { SecretString: string };
  const { username, password } = JSON.parse(SecretString) as Credentials;
  return { username, password };
}
