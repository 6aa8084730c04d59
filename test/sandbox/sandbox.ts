import { setInterval } from 'node:timers/promises';
import { addUser } from './cluster/cluster.ts';
import { makeSecret, randomPassword, rotateSecret } from './setup.ts';
import { openWorld } from './world.ts';

const USERNAME = 'orders';
const SECRET_NAME = 'redis/orders';
// A rollback needs a minute before the expiry. Short enough to watch the deletion.
const OVERLAP_SECONDS = 180;
const RECONCILE_EVERY_MS = 5_000;

const settings = {
  OVERLAP_SECONDS: String(OVERLAP_SECONDS),
  // The same value, so that it affects no overlap.
  FUNCTION_TIMEOUT_SECONDS: String(OVERLAP_SECONDS),
};
const world = await openWorld({ settings });
const password = randomPassword();
const user = await addUser(world.cluster, { name: USERNAME, passwords: [password] });
const value = { username: USERNAME, password, host: '127.0.0.1', port: world.database.port };
const arn = await makeSecret(world, SECRET_NAME, value, USERNAME);
// Configures rotation, and tests the login without a rotation.
await rotateSecret(world, arn, { RotateImmediately: false });

const lines = [
  `# A Redis Enterprise cluster with the user "${USERNAME}" and its secret.`,
  `# The database is ${world.database.kind}.`,
  `# A replaced password stays valid for ${OVERLAP_SECONDS} s.`,
  '# Export these variables in another shell:',
  ...Object.entries(world.environment)
    .filter(([name]) => name.startsWith('AWS_'))
    .map(([name, text]) => `export ${name}=${text}`),
  '# Then run, for example:',
  `#   aws secretsmanager describe-secret --secret-id ${SECRET_NAME}`,
  `#   aws secretsmanager rotate-secret --secret-id ${SECRET_NAME}`,
  `#   aws ssm get-parameters-by-path --path ${world.environment.CLUSTERS_PATH} --recursive`,
  `# REST API: https://127.0.0.1:${world.api.port}`,
  `# Database: 127.0.0.1:${world.database.port}`,
  '# The steps of rotations and the deletions of reconcile follow. Press Ctrl-C to stop.',
];
process.stdout.write(`${lines.join('\n')}\n`);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort());

world.driver.onStep = ({ Step, ms, error }) => {
  const outcome = error === undefined ? 'done' : `failed: ${error.message}`;
  process.stdout.write(`${Step} ${outcome} in ${ms.toFixed(0)} ms\n`);
};

try {
  for await (const _ of setInterval(RECONCILE_EVERY_MS, undefined, { signal: stop.signal })) {
    const before = user.passwords.length;
    // A manual change may make reconcile fail: print the error, and continue.
    await world.invoke({ Step: 'reconcile', SecretId: arn }).catch((error: unknown) => {
      process.stdout.write(`reconcile failed: ${error instanceof Error ? error.message : error}\n`);
    });
    if (user.passwords.length < before) {
      process.stdout.write(`reconcile deleted ${before - user.passwords.length} password(s)\n`);
    }
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  await world[Symbol.asyncDispose]();
}
