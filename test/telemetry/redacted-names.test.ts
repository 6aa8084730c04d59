import { expect, test } from 'vitest';
import { expireParameters } from '../cluster/expire-parameters.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import { openScenario } from '../support/scenario.ts';

const CLUSTER = 'billing-eu';

/** Reconciles redis/billing with a username and a password; returns the log lines and the error. */
async function reconcileBilling(username: string, password: string) {
  await using world = await openScenario({ database: 'built-in' });
  const parameters = {
    'api-endpoints': `https://127.0.0.1:${world.api.port}`,
    'ca-certificate': world.certificate.cert,
    'server-name': CLUSTER_NAME,
  };
  await putParameters(world, parameters, CLUSTER);
  expireParameters(world);
  await addUser(world.cluster, { name: username, passwords: ['another-password-1'] });
  const database = { host: '127.0.0.1', port: world.database.port };
  const value = { username, password, clusters: [CLUSTER], ...database };
  const SecretId = await makeSecret(world, 'redis/billing', value, username);
  const { length } = world.lines;
  const thrown: unknown = await world.invoke({ Step: 'reconcile', SecretId }).catch((one) => one);
  const lines = world.lines.slice(length).map((line) => JSON.parse(line));
  return { SecretId, lines, message: thrown instanceof Error ? thrown.message : '' };
}

test('a password that is part of a name leaves the name readable', async () => {
  const { SecretId, lines, message } = await reconcileBilling('billing-user', 'billing');
  expect(new Set(lines.map(({ secretId }) => secretId))).toEqual(new Set([SecretId]));
  expect(message).toContain(`cluster ${CLUSTER}`);
  expect(lines.at(-1)?.error).toBe(message);
});

test('a password that equals the username is redacted, and the line names the secret', async () => {
  const { SecretId, lines, message } = await reconcileBilling('billing', 'billing');
  expect(lines.at(-1)).toMatchObject({
    ...{ message: 'failed', step: 'reconcile', secretId: SecretId },
    code: 'current_password_refused',
  });
  expect(message).toContain(`cluster ${CLUSTER}`);
  expect(message.replaceAll(CLUSTER, '')).not.toContain('billing');
});
