import { setInterval } from 'node:timers/promises';
import { addUser } from './cluster/cluster.ts';
import { makeSecret, randomPassword, rotateSecret } from './setup.ts';
import { openWorld } from './world.ts';

const USERNAME = 'orders';
const SECRET_NAME = 'redis/orders';
// Short enough to watch a replaced password go, long enough to look at both before.
const OVERLAP_SECONDS = 60;
const RECONCILE_EVERY_MS = 5_000;

const settings = {
  OVERLAP_SECONDS: String(OVERLAP_SECONDS),
  // An overlap is never cut short by this one, nor made longer.
  FUNCTION_TIMEOUT_SECONDS: String(OVERLAP_SECONDS),
};
const world = await openWorld({ settings });
const password = randomPassword();
const user = await addUser(world.cluster, { name: USERNAME, passwords: [password] });
const value = { username: USERNAME, password, host: '127.0.0.1', port: world.database.port };
const arn = await makeSecret(world, SECRET_NAME, value, USERNAME);
// The function is set up for the secret, and has tested its login; nothing has rotated.
await rotateSecret(world, arn, { RotateImmediately: false });

const lines = [
  `# A Redis Enterprise cluster with the user "${USERNAME}", and its secret.`,
  `# The database is ${world.database.kind}. A replaced password lives ${OVERLAP_SECONDS} s more.`,
  '# Export these in another shell:',
  ...Object.entries(world.environment)
    .filter(([name]) => name.startsWith('AWS_'))
    .map(([name, text]) => `export ${name}=${text}`),
  '# Then, for example:',
  `#   aws secretsmanager describe-secret --secret-id ${SECRET_NAME}`,
  `#   aws secretsmanager rotate-secret --secret-id ${SECRET_NAME}`,
  `#   aws ssm get-parameters-by-path --path ${world.environment.CLUSTERS_PATH} --recursive`,
  `# The REST API is https://127.0.0.1:${world.api.port}, the database 127.0.0.1:${world.database.port}.`,
  '# Steps of rotations, and deletions of reconcile, are shown below. Ctrl-C ends it all.',
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
    // What a user tries out here may well be refused: that is shown, and the world goes on.
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
