import { DeleteParameterCommand, GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { CLUSTERS_PATH } from '../../sandbox/names.ts';
import { putParameters, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { addSecondName } from '../../support/second-name.ts';
import { LOGINS } from '../logins.ts';
import type { Case } from './case.ts';

const rejectOnSecondDatabase = async (world: Scenario) => {
  await using second = await addSecondName(world);
  second.proxy.delayMs = Number.POSITIVE_INFINITY;
  world.driver.attempts = 1;
  // The function keeps 25 s in reserve: 2 s are enough for two attempts.
  const context = { getRemainingTimeInMillis: () => 27_000 };
  world.driver.invoke = (event) => world.invoke(event, context);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    outcome: 'failed',
    error: { code: 'pending_password_refused' },
  });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
};

const delayReads = async (world: Scenario) => {
  world.storeOptions.staleReadsMs = 30_000;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  world.storeOptions.staleReadsMs = 0;
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
};

/** Puts a second password on both clusters; the first one, as a version, has expired. */
async function putWithExpired(world: Scenario, password: string): Promise<void> {
  const expired = idOf(world, 'AWSCURRENT') ?? '';
  // Without a database the value is valid even if the cluster `us` is missing.
  await putManually(world, { username: world.user.name, password });
  await updateStage(world, world.arn, `LIVE-${expired}`, { to: expired });
  await updateStage(world, world.arn, `EXPIRES-1-${expired}`, { to: expired });
}

const removeParameters = async (world: Scenario) => {
  await using second = await addSecondCluster(world);
  const password = 'put-by-an-operator-2';
  for (const { cluster, user } of [world, second]) {
    user.passwords = [...user.passwords, password];
    await cluster.onPasswords(user);
  }
  await putWithExpired(world, password);
  const before = structuredClone([world.user.passwords, second.user.passwords, labels(world)]);
  const Path = `${CLUSTERS_PATH}/us`;
  const { Parameters = [] } = await world.parameters.send(new GetParametersByPathCommand({ Path }));
  for (const { Name } of Parameters) {
    await world.parameters.send(new DeleteParameterCommand({ Name }));
  }
  const missing = { code: 'cluster_parameter_invalid' };
  await expect(reconcile(world)).rejects.toMatchObject(missing);
  await expect(replaceAll(world)).rejects.toMatchObject(missing);
  expect([world.user.passwords, second.user.passwords, labels(world)]).toEqual(before);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({ error: missing });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(password);
  for (const { Name = '', Value = '' } of Parameters) {
    await putParameters(world, { [Name.slice(Path.length + 1)]: Value }, 'us');
  }
};

export const CLUSTER_CASES: Case[] = [
  ...LOGINS.map((login) => ({
    name: `a replaceAll whose reads are 30 s behind fails, and changes nothing: ${login}`,
    options: { login },
    run: delayReads,
  })),
  {
    name: 'two databases behind one address and port are both verified',
    options: { ssl: false },
    run: rejectOnSecondDatabase,
  },
  {
    name: 'a cluster whose parameters are missing for an hour does not count as removed',
    options: { ssl: false, role: 'db_viewer' },
    run: removeParameters,
  },
];
