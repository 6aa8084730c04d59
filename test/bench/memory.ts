import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildLambda } from '../../infra/build/build.ts';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { CLUSTER_NAME, FUNCTION_ARN, FUNCTION_KEY } from '../sandbox/names.ts';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { makeSecret, putClusterNames, putParameters } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { stageToken } from '../support/scenario.ts';

/** The most memory of a process that runs the built function, in bytes. */
export type Memory = { clusters: number; users: number; bytes: number };

const RUNNER = join(import.meta.dirname, 'memory-runner.mjs');

/** The most users that a cluster can have, on more clusters than an Active-Active database has. */
export const LARGEST = { clusters: 12, users: 32_000 };
const SMALLEST = { clusters: 1, users: 10 };

/** Rotates a secret of an administrator's clusters, in a process of its own for each size. */
export async function measureMemory(): Promise<Memory[]> {
  await buildLambda();
  const measured: Memory[] = [];
  for (const size of [SMALLEST, LARGEST]) {
    measured.push({ ...size, bytes: await peakMemory(size) });
  }
  return measured;
}

/** Returns the most memory of a first rotation, in bytes. */
export async function peakMemory({ clusters, users }: Omit<Memory, 'bytes'>): Promise<number> {
  await using world = await openWorld({ database: 'built-in', time: REAL_TIME });
  const names = await addClusters(world, clusters);
  for (let index = 1; index < users; index += 1) {
    const name = `application-${index}`;
    await addUser(world.cluster, { name, email: `${name}@example.com`, passwords: ['one'] });
  }
  // Without a database, the API verifies the password, which the role must permit.
  await addUser(world.cluster, { name: 'orders', role: 'db_viewer' });
  const value = { username: 'orders', clusters: names };
  const arn = await makeSecret(world, 'orders', value, 'orders');
  const ClientRequestToken = stageToken({ store: world.store, arn });
  const events = STEPS.map((Step) => ({ Step, SecretId: arn, ClientRequestToken }));
  return await run(world, events);
}

/** Gives the sandbox's cluster further names: the function reads each as a cluster of its own. */
async function addClusters(world: World, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `cluster-${index + 1}`);
  const { arn } = world.store.latest('redis-enterprise/admin');
  for (const name of names) {
    const parameters = {
      'api-endpoints': `https://127.0.0.1:${world.api.port}`,
      'ca-certificate': world.certificate.cert,
      'server-name': CLUSTER_NAME,
      'admin-secret-arn': arn,
    };
    await putParameters(world, parameters, name);
  }
  await putClusterNames(world, ...names);
  return names;
}

async function run({ environment }: World, events: object[]): Promise<number> {
  const env = { PATH: process.env.PATH, ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const built = join(LAMBDA_FOLDER, 'index.mjs');
  const child = fork(RUNNER, [built, FUNCTION_ARN], { env, stdio, execArgv: [] });
  const closed = once(child, 'close');
  child.send(events);
  const [{ bytes, failure }] = await once(child, 'message');
  await closed;
  if (failure !== undefined) throw new Error(String(failure));
  return bytes;
}
