import { randomUUID } from 'node:crypto';
import { createHandler } from '../../lambda/handler.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { FUNCTION_ARN, FUNCTION_KEY } from '../sandbox/names.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { makeSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { stageToken } from '../support/scenario.ts';

/** The cost of rotating a number of secrets; `ms` and the calls are for one rotation. */
export type Scale = {
  secrets: number;
  ms: number;
  awsCalls: number;
  clusterCalls: number;
  /** The most connections that the servers had at the same time. */
  sockets: number;
  /** The growth of the heap of function and sandbox, for one rotation. */
  heapKb: number;
};

// Environments of the function that run at the same time.
const ENVIRONMENTS = 50;

/** Rotates secrets of one cluster once, fifty at a time, and verifies each user's passwords. */
export async function rotateMany(secrets: number): Promise<Scale> {
  await using world = await openWorld({ database: 'built-in', settings: OVERLAP });
  const environments = makeEnvironments(world);
  const made = await makeSecrets(world, secrets + environments.length);
  // One rotation warms each environment.
  await rotateAll(world, made.splice(0, environments.length), environments);
  const counted = count(world);
  const heapBefore = heapUsed();
  const began = performance.now();
  await rotateAll(world, made, environments);
  const ms = performance.now() - began;
  const heap = heapUsed() - heapBefore;
  const left = world.cluster.users.filter(({ name, passwords }) => {
    return name !== 'admin' && passwords.length !== 2;
  });
  if (left.length > 0) throw new Error(`${left.length} users were not rotated`);
  return {
    secrets,
    ms: ms / secrets,
    awsCalls: counted.aws / secrets,
    clusterCalls: counted.cluster / secrets,
    sockets: counted.sockets,
    heapKb: heap / secrets / 1_024,
  };
}

const OVERLAP = { OVERLAP_SECONDS: '3600' };

async function makeSecrets(world: World, secrets: number): Promise<string[]> {
  const arns: string[] = [];
  for (let index = 0; index < secrets; index += 1) {
    const username = `user-${index}`;
    const password = `the-first-password-of-${index}`;
    await addUser(world.cluster, { name: username, passwords: [password] });
    const value = { username, password, host: '127.0.0.1', port: world.database.port };
    arns.push(await makeSecret(world, username, value, username));
  }
  return arns;
}

function count({ aws, api, database }: World) {
  const counted = { aws: 0, cluster: 0, sockets: 0 };
  const note = (of: 'aws' | 'cluster') => {
    counted[of] += 1;
    const open = aws.connections() + api.connections() + database.connections();
    counted.sockets = Math.max(counted.sockets, open);
    return undefined;
  };
  aws.fault = () => note('aws');
  api.fault = () => note('cluster');
  return counted;
}

type Handler = ReturnType<typeof createHandler>;

function makeEnvironments(world: World): Handler[] {
  const environment = { ...world.environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const make = () => createHandler(environment, undefined, () => undefined);
  return Array.from({ length: ENVIRONMENTS }, make);
}

/** Lets each environment rotate the next secret until none is left. */
async function rotateAll({ store }: World, arns: string[], environments: Handler[]) {
  const left = [...arns];
  const work = async (handler: Handler) => {
    for (let arn = left.pop(); arn !== undefined; arn = left.pop()) {
      const token = stageToken({ store, arn }, randomUUID());
      for (const Step of STEPS) {
        const event = { Step, SecretId: arn, ClientRequestToken: token };
        await handler(event, { invokedFunctionArn: FUNCTION_ARN });
      }
    }
  };
  await Promise.all(environments.map(work));
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
