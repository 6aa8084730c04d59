import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buildLambda } from '../../infra/build/build.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { makeSecret, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { promise, summarize } from './report.ts';
import type { RuntimeError } from './runtime/api.ts';
import { installRuntimeClient } from './runtime/install-client.ts';
import { type LambdaRuntime, startLambda } from './runtime/start-lambda.ts';

// Runs the built files under the client that runs them on AWS Lambda.

const TIMEOUT_MS = 120_000;
// A request times out after 15 s; a second request would end after this.
const SHORT_TIMEOUT_MS = 29_000;
const FIRST_PASSWORD = 'the-first-password-1';

async function makeOrders(world: World): Promise<string> {
  await addUser(world.cluster, { name: 'orders', passwords: [FIRST_PASSWORD] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: 'orders', password: FIRST_PASSWORD, ...endpoint };
  return makeSecret(world, 'orders', value, 'orders');
}

/** Lets the sandbox's Secrets Manager call the built function, and records the steps. */
function connect({ driver }: World, lambda: LambdaRuntime): string[] {
  const steps: string[] = [];
  driver.attempts = 1;
  driver.invoke = async (event) => {
    steps.push(event.Step);
    const outcome = await lambda.invoke(event, TIMEOUT_MS);
    if ('error' in outcome) throw new Error(JSON.stringify(outcome.error));
    return outcome.response;
  };
  return steps;
}

async function invokeAndFail(
  lambda: LambdaRuntime,
  event: unknown,
  timeoutMs = TIMEOUT_MS,
): Promise<RuntimeError> {
  const outcome = await lambda.invoke(event, timeoutMs);
  if ('error' in outcome) return outcome.error;
  throw new Error(`it succeeded with ${JSON.stringify(outcome.response)}`);
}

function assertRotationError(error: RuntimeError, code: string): void {
  deepEqual(Object.keys(error), ['errorType', 'errorMessage', 'trace']);
  equal(error.errorType, code);
  match(error.errorMessage, /; hint: ./);
  ok(error.trace.length > 0);
}

async function check(client: string): Promise<void> {
  await using world = await openWorld();
  const arn = await makeOrders(world);
  await using lambda = await startLambda(client, world.environment);
  await promise('the four steps of the built function rotate a password', async () => {
    const steps = connect(world, lambda);
    deepEqual(await rotateSecret(world, arn), { outcome: 'succeeded' });
    deepEqual(steps, [...STEPS]);
    const { password } = await readSecret(world, arn);
    deepEqual(world.cluster.users.find(({ name }) => name === 'orders')?.passwords, [
      FIRST_PASSWORD,
      password,
    ]);
    ok(!lambda.output().includes(String(password)));
  });
  await promise('reconcile returns its counts', async () => {
    const outcome = await lambda.invoke({ Step: 'reconcile', SecretId: arn }, TIMEOUT_MS);
    deepEqual(outcome, { response: { live: 2, deleted: 0 } });
  });
  await promise("an error's type is the function's error code", async () => {
    assertRotationError(
      await invokeAndFail(lambda, { Step: 'nonsense', SecretId: arn }),
      'event_invalid',
    );
    const ClientRequestToken = randomUUID();
    const event = { Step: 'setSecret', SecretId: arn, ClientRequestToken };
    assertRotationError(await invokeAndFail(lambda, event), 'token_not_staged');
  });
  await checkTimeout(world, lambda, arn);
}

async function checkTimeout(world: World, lambda: LambdaRuntime, arn: string): Promise<void> {
  await promise('a cluster that does not reply fails the step before the deadline', async () => {
    let failed: RuntimeError | undefined;
    let ms = 0;
    world.driver.invoke = async (event) => {
      if (event.Step === 'createSecret') return lambda.invoke(event, TIMEOUT_MS);
      world.api.fault = () => 'no reply';
      const started = performance.now();
      failed = await invokeAndFail(lambda, event, SHORT_TIMEOUT_MS);
      ms = performance.now() - started;
      throw new Error('stop this rotation');
    };
    await rotateSecret(world, arn);
    ok(failed !== undefined);
    assertRotationError(failed, 'cluster_unreachable');
    ok(ms < SHORT_TIMEOUT_MS, `it took ${ms} ms`);
  });
}

async function checkInit(client: string): Promise<void> {
  await promise('an invalid setting is named when the function starts', async () => {
    await using world = await openWorld({ database: 'built-in' });
    const environment = { ...world.environment, OVERLAP_SECONDS: 'soon' };
    await using lambda = await startLambda(client, environment);
    const error = await lambda.initError;
    assertRotationError(error, 'setting_invalid');
    match(error.errorMessage, /OVERLAP_SECONDS is "soon"/);
  });
}

const client = installRuntimeClient();
if (client !== undefined) {
  await buildLambda();
  await check(client);
  await checkInit(client);
  summarize('aws-lambda-ric');
}
