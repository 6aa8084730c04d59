import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { readArguments } from '../support/read-arguments.ts';
import { describeCall } from './call-line.ts';
import { addUser } from './cluster/cluster.ts';
import { CLUSTER_NAME } from './names.ts';
import { makeSecret, randomPassword, rotateSecret } from './setup.ts';
import { stopSignal } from './stop-signal.ts';
import { openWorld, type World } from './world.ts';

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

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Creates a user, and a secret with rotation. */
async function addOrders(world: World): Promise<void> {
  const password = randomPassword();
  await addUser(world.cluster, { name: USERNAME, passwords: [password] });
  const value = { username: USERNAME, password, host: '127.0.0.1', port: world.database.port };
  const arn = await makeSecret(world, SECRET_NAME, value, USERNAME);
  // Configures rotation, and tests the login without a rotation.
  await rotateSecret(world, arn, { RotateImmediately: false });
}

function usageOf(world: World): string[] {
  return [
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
    `# REST API: https://127.0.0.1:${world.api.port}, with a certificate for ${CLUSTER_NAME}`,
    `# Database, with TLS: 127.0.0.1:${world.database.port}`,
    `# Each secret with a rotation function is reconciled every ${RECONCILE_EVERY_MS / 1_000} s.`,
    '# Every call of the function follows. Press Ctrl-C to stop.',
  ];
}

/** Reconciles each secret with a rotation function, as the schedule in AWS does. */
async function reconcileAll({ store, invoke }: World): Promise<void> {
  for (const { arn, rotationLambdaArn, deletedAt } of store.list()) {
    // A deployment also reconciles a secret whose rotation is paused.
    if (rotationLambdaArn === undefined || deletedAt !== undefined) continue;
    // A manual change may make reconcile fail: the line of its call has the error.
    await invoke({ Step: 'reconcile', SecretId: arn }).catch(() => undefined);
  }
}

async function run(): Promise<void> {
  const signal = stopSignal();
  const usage = Promise.withResolvers<void>();
  await using world = await openWorld({
    settings,
    onCall: (report) => void usage.promise.then(() => print(describeCall(report))),
  });
  await addOrders(world);
  print(usageOf(world).join('\n'));
  usage.resolve();
  const stopped = once(signal, 'abort');
  while (!signal.aborted) {
    await Promise.race([setTimeout(RECONCILE_EVERY_MS), stopped]);
    await Promise.race([reconcileAll(world), stopped]);
  }
}

readArguments('usage: npm run sandbox');
await run();
// A call of the function may go on, for half a minute if a database is unreachable.
process.exit();
