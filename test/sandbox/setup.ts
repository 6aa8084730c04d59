import { randomBytes, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { USER_TAG } from '../../lambda/names.ts';
import { addUser } from './cluster/cluster.ts';
import { CLUSTER_NAME, CLUSTERS_PATH, FUNCTION_ARN } from './names.ts';
import type { Ended } from './rotation-driver.ts';
import type { World } from './world.ts';

const LISTS = ['api-endpoints', 'database-hosts', 'clusters'];

/** Writes a cluster's parameters, as an administrator of Redis does. */
export async function putParameters(
  world: Pick<World, 'parameters'>,
  values: Record<string, string>,
  cluster = 'sandbox',
): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await putParameter(world, `${cluster}/${name}`, value);
  }
}

/** Writes the list of clusters. */
export function putClusterNames(
  world: Pick<World, 'parameters'>,
  ...names: string[]
): Promise<void> {
  return putParameter(world, 'clusters', names.join(','));
}

async function putParameter(
  { parameters }: Pick<World, 'parameters'>,
  path: string,
  Value: string,
): Promise<void> {
  const Type = LISTS.includes(basename(path)) ? 'StringList' : 'String';
  const Name = `${CLUSTERS_PATH}/${path}`;
  const Tier = 'Intelligent-Tiering';
  const command = new PutParameterCommand({ Name, Value, Type, Tier, Overwrite: true });
  await parameters.send(command);
}

/** Writes the parameters of the world's cluster. */
export async function putCluster(
  world: Pick<World, 'parameters' | 'api' | 'certificate'>,
): Promise<void> {
  await putParameters(world, {
    'api-endpoints': `https://127.0.0.1:${world.api.port}`,
    'ca-certificate': world.certificate.cert,
    'server-name': CLUSTER_NAME,
  });
}

/** Creates an administrator and the secret of its login, which sets the cluster to admin mode. */
export async function putAdmin(
  world: Pick<World, 'parameters' | 'cluster' | 'secretsManager'>,
): Promise<string> {
  const email = 'admin@sandbox.test';
  const password = randomPassword();
  await addUser(world.cluster, { name: 'admin', email, role: 'admin', passwords: [password] });
  const arn = await makeSecret(world, 'redis-enterprise/admin', { username: email, password });
  await putParameters(world, { 'admin-secret-arn': arn });
  return arn;
}

/** Creates a secret, with the user tag if it is given; returns its ARN. */
export async function makeSecret(
  { secretsManager }: Pick<World, 'secretsManager'>,
  name: string,
  value: object | string,
  userTag?: string,
): Promise<string> {
  const SecretString = typeof value === 'string' ? value : JSON.stringify(value);
  const Tags = userTag === undefined ? [] : [{ Key: USER_TAG, Value: userTag }];
  const command = new CreateSecretCommand({ Name: name, SecretString, Tags });
  const { ARN } = await secretsManager.send(command);
  if (ARN === undefined) throw new Error('the reply of CreateSecret has no ARN');
  return ARN;
}

/** Starts a rotation as the console's "Rotate secret immediately" does, and waits for its end. */
export async function rotateSecret(
  { secretsManager, driver }: Pick<World, 'secretsManager' | 'driver'>,
  arn: string,
  { RotateImmediately = true, schedule }: { RotateImmediately?: boolean; schedule?: string } = {},
): Promise<Ended> {
  const ClientRequestToken = randomUUID();
  const RotationLambdaARN = FUNCTION_ARN;
  const rotation = { SecretId: arn, RotationLambdaARN, ClientRequestToken, RotateImmediately };
  const RotationRules = schedule === undefined ? undefined : { ScheduleExpression: schedule };
  await secretsManager.send(new RotateSecretCommand({ ...rotation, RotationRules }));
  return (await driver.running.get(arn)) ?? { outcome: 'abandoned' };
}

/** Moves or removes a label, as an operator does. */
export async function updateStage(
  { secretsManager }: Pick<World, 'secretsManager'>,
  arn: string,
  label: string,
  { to, from }: { to?: string | undefined; from?: string | undefined },
): Promise<void> {
  const move = { MoveToVersionId: to, RemoveFromVersionId: from };
  const input = { SecretId: arn, VersionStage: label, ...move };
  await secretsManager.send(new UpdateSecretVersionStageCommand(input));
}

/** Reads a secret, as an application does. */
export async function readSecret(
  { secretsManager }: Pick<World, 'secretsManager'>,
  arn: string,
): Promise<Record<string, unknown>> {
  const { SecretString = '' } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  return JSON.parse(SecretString) as Record<string, unknown>;
}

export function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}
