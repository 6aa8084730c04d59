import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsConfig } from '../../../lambda/aws/client-config.ts';
import { createHandler } from '../../../lambda/handler.ts';
import { addUser } from '../../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../../sandbox/cluster/users.ts';
import { CLUSTERS_PATH, FUNCTION_ARN } from '../../sandbox/names.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { makeSecret, putAdmin, putCluster, updateStage } from '../../sandbox/setup.ts';
import { virtualTime } from '../../sandbox/virtual-time.ts';
import { openWorld, type World } from '../../sandbox/world.ts';
import { stepEvent } from '../../support/scenario.ts';
import type { MotoServer } from './server.ts';

/** The sandbox's cluster and database, with moto's Secrets Manager and Parameter Store. */
export type MotoWorld = World & {
  time: ReturnType<typeof virtualTime>;
  user: ClusterUser;
  arn: string;
};

export type MotoOptions = {
  login: 'self' | 'admin';
  overlapSeconds: number;
  /** Whether the secret has the user's password before its first rotation. @default true */
  hasPassword?: boolean;
};

export const FIRST_PASSWORD = 'the-first-password-1';

export async function openMotoWorld(moto: MotoServer, options: MotoOptions): Promise<MotoWorld> {
  const { login, overlapSeconds, hasPassword = true } = options;
  await moto.reset();
  // moto's clock cannot be set: the function's clock starts at the same time.
  const time = virtualTime(() => world.propagation.deliver(), Date.now());
  const world: World = await openWorld({ time, admin: false });
  const secretsManager = new SecretsManagerClient(awsConfig(moto.environment, 'SECRETS_MANAGER'));
  const parameters = new SSMClient(awsConfig(moto.environment, 'SSM'));
  const settings = { CLUSTERS_PATH, OVERLAP_SECONDS: String(overlapSeconds) };
  const environment = { ...moto.environment, ...settings };
  const handler = createHandler(environment, time, (line) => world.lines.push(line));
  const invoke: World['invoke'] = (event) => handler(event, { invokedFunctionArn: FUNCTION_ARN });
  const withMoto = { ...world, secretsManager, parameters, invoke };
  await putCluster(withMoto);
  if (login === 'admin') await putAdmin(withMoto);
  const role = login === 'self' ? 'db_viewer' : 'none';
  const user = await addUser(world.cluster, { name: 'orders', role, passwords: [FIRST_PASSWORD] });
  const password = hasPassword ? { password: FIRST_PASSWORD } : {};
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const arn = await makeSecret(
    withMoto,
    'orders',
    { username: 'orders', ...password, ...endpoint },
    'orders',
  );
  return {
    ...withMoto,
    time,
    user,
    arn,
    [Symbol.asyncDispose]: async () => {
      secretsManager.destroy();
      parameters.destroy();
      await world[Symbol.asyncDispose]();
    },
  };
}

/**
 * Stages a token as AWS does before createSecret, and returns moto's error. In moto, RotateSecret
 * adds a version with AWSPENDING and no value, then fails because it has no such function.
 */
export async function stage(world: MotoWorld, token: string): Promise<Error | undefined> {
  const command = new RotateSecretCommand({
    SecretId: world.arn,
    ClientRequestToken: token,
    RotationLambdaARN: FUNCTION_ARN,
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  return world.secretsManager.send(command).then(
    () => undefined,
    (error: Error) => error,
  );
}

/** Runs steps of a rotation, by default all of them. */
export async function runSteps(
  world: MotoWorld,
  token: string,
  steps: readonly string[] = STEPS,
): Promise<void> {
  for (const Step of steps) {
    await world.invoke(stepEvent(world.arn, Step, token));
  }
}

/** Runs a rotation, then removes AWSPENDING as AWS does. */
export async function rotate(world: MotoWorld, token: string = randomUUID()): Promise<string> {
  await stage(world, token);
  await runSteps(world, token);
  await updateStage(world, world.arn, 'AWSPENDING', { from: token });
  return token;
}

export function reconcile(world: MotoWorld): Promise<unknown> {
  return world.invoke({ Step: 'reconcile', SecretId: world.arn });
}

/** Returns the labels of a version, without VersionIds and times. */
export async function labelsOf({ secretsManager, arn }: MotoWorld, id: string): Promise<string[]> {
  const reply = await secretsManager.send(new DescribeSecretCommand({ SecretId: arn }));
  const labels = reply.VersionIdsToStages?.[id] ?? [];
  return labels.map((label) => label.replace(`-${id}`, '').replace(/-\d{9,}/, '')).sort();
}

/** Returns the VersionId and the password of the version with a label. */
export async function versionOf(
  { secretsManager, arn }: MotoWorld,
  VersionStage: string,
): Promise<{ id: string; password: string | undefined }> {
  const command = new GetSecretValueCommand({ SecretId: arn, VersionStage });
  const { VersionId = '', SecretString = '' } = await secretsManager.send(command);
  const { password } = JSON.parse(SecretString) as { password?: string };
  return { id: VersionId, password };
}
