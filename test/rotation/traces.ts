import { DeleteParameterCommand, GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { addUser } from '../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import { CLUSTERS_PATH } from '../sandbox/names.ts';
import { putParameters, readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  passwordOf,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import { addSecondName } from '../support/second-name.ts';

/** An attack, or an honest mistake, and what must hold after it. */
export type Trace = {
  name: string;
  options: ScenarioOptions;
  run: (world: Scenario) => Promise<void>;
};

const CHOSEN = 'chosen-by-an-adversary';
const OTHERS = 'the-password-of-billing';

const WITHOUT_DATABASE = { noDatabase: true, role: 'db_viewer' } as const;

/** Calls the function as its schedule and an operator do, and lets it fail. */
async function runAll(world: Scenario): Promise<void> {
  for (let run = 0; run < 3; run += 1) await reconcile(world).catch(() => undefined);
  await rotateSecret(world, world.arn).catch(() => undefined);
  await replaceAll(world).catch(() => undefined);
  await reconcile(world).catch(() => undefined);
}

const everybody = ({ cluster }: Scenario): Record<string, string[]> =>
  Object.fromEntries(cluster.users.map(({ name, passwords }) => [name, [...passwords]]));

const addBilling = ({ cluster }: Scenario): Promise<ClusterUser> =>
  addUser(cluster, { name: 'billing', role: 'db_viewer', passwords: [OTHERS] });

/** PutSecretValue alone: a chosen password with REPLACING, then another user as AWSCURRENT. */
const takeOver = (victim: 'billing' | 'admin@sandbox.test') => async (world: Scenario) => {
  await addBilling(world);
  const before = everybody(world);
  const value = await readSecret(world, world.arn);
  await putByHand(world, { ...value, password: CHOSEN }, { VersionStages: ['REPLACING'] });
  await putByHand(world, { ...value, username: victim, password: 'rubbish' });
  world.driver.attempts = 1;
  await runAll(world);
  expect(everybody(world)).toEqual(before);
};

/** Another user's value is AWSCURRENT for an hour, then it is put right. */
const pasteForAnHour = (isLabelled: boolean) => async (world: Scenario) => {
  const billing = await addBilling(world);
  const value = await readSecret(world, world.arn);
  await putByHand(world, { ...value, username: billing.name, password: OTHERS });
  const pasted = idOf(world, 'AWSCURRENT') ?? '';
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'user_tag_mismatch' });
  expect(labels(world).flat()).toEqual(['AWSCURRENT']);
  // An earlier release has put it, or whoever may.
  if (isLabelled) await updateStage(world, world.arn, `LIVE-${pasted}`, { to: pasted });
  await putByHand(world, value);
  await reconcile(world);
  expect(world.store.latest(world.arn).versions.get(pasted)?.stages).not.toContainEqual(
    expect.stringMatching(/^(LIVE|EXPIRES)-/),
  );
  await replaceAll(world);
  expect(billing.passwords).toEqual([OTHERS]);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await reconcile(world);
  expect(billing.passwords).toEqual([OTHERS]);
};

const labelBehindReplaceAll = async (world: Scenario) => {
  const value = await readSecret(world, world.arn);
  await putByHand(world, { ...value, note: 'an older version has the first password' });
  const old = [...world.store.latest(world.arn).versions.keys()][0];
  await updateStage(world, world.arn, 'REPLACING', { to: old });
  await expectIdle(world);
  await putByHand(world, { ...value, password: CHOSEN }, { VersionStages: ['REPLACING', 'MINE'] });
  await expectIdle(world);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(CHOSEN);
};

/** reconcile does nothing on the cluster, and says why. */
async function expectIdle(world: Scenario): Promise<void> {
  const { passwords } = world.user;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(world.user.passwords).toEqual(passwords);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
}

const expireEarly = async (world: Scenario) => {
  const current = idOf(world, 'AWSCURRENT') ?? '';
  const past = `EXPIRES-1-${current}`;
  await updateStage(world, world.arn, past, { to: current });
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(labels(world).flat()).not.toContainEqual(expect.stringMatching(/^EXPIRES/));
};

const refuseBehindOneAddress = async (world: Scenario) => {
  await using second = await addSecondName(world);
  second.proxy.delayMs = Number.POSITIVE_INFINITY;
  world.driver.attempts = 1;
  // Time for two tries, and not for half a minute of them.
  const context = { getRemainingTimeInMillis: () => 27_000 };
  world.driver.invoke = (event) => world.invoke(event, context);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    outcome: 'failed',
    error: { code: 'pending_password_refused' },
  });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
};

const readBehind = async (world: Scenario) => {
  world.storeOptions.staleReadsMs = 30_000;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  world.storeOptions.staleReadsMs = 0;
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
};

const moveParametersAway = async (world: Scenario) => {
  await using second = await addSecondCluster(world);
  const expired = idOf(world, 'AWSCURRENT') ?? '';
  const password = 'put-by-an-operator-2';
  for (const { cluster, user } of [world, second]) {
    user.passwords = [...user.passwords, password];
    await cluster.onPasswords(user);
  }
  // Without a database the value is valid without the cluster, too.
  await putByHand(world, { username: world.user.name, password });
  await updateStage(world, world.arn, `LIVE-${expired}`, { to: expired });
  await updateStage(world, world.arn, `EXPIRES-1-${expired}`, { to: expired });
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

export const TRACES: Trace[] = [
  ...(['billing', 'admin@sandbox.test'] as const).flatMap((victim) =>
    (['admin', 'self'] as const).flatMap((login) => [
      {
        name: `PutSecretValue alone takes over nobody: ${victim}, ${login}`,
        options: { login },
        run: takeOver(victim),
      },
      {
        name: `PutSecretValue alone takes over nobody: ${victim}, ${login}, no database`,
        options: { login, ...WITHOUT_DATABASE },
        run: takeOver(victim),
      },
    ]),
  ),
  ...(['admin', 'self'] as const).flatMap((login) => [
    {
      name: `another user's value that was pasted for an hour costs that user nothing: ${login}`,
      options: { login },
      run: pasteForAnHour(false),
    },
    {
      name: `LIVE on another user's version comes off without a request: ${login}`,
      options: { login },
      run: pasteForAnHour(true),
    },
    {
      name: `REPLACING in the hands of others brings no password in: ${login}`,
      options: { login },
      run: labelBehindReplaceAll,
    },
    {
      name: `an EXPIRES in the past deletes nothing that is AWSCURRENT: ${login}`,
      options: { login },
      run: expireEarly,
    },
    {
      name: `a replaceAll whose reads are 30 s behind fails, and changes nothing: ${login}`,
      options: { login },
      run: readBehind,
    },
  ]),
  {
    name: 'two databases behind one address and port are both verified',
    options: { ssl: false },
    run: refuseBehindOneAddress,
  },
  {
    name: 'a cluster whose parameters are away for an hour has not left',
    options: { ssl: false, role: 'db_viewer' },
    run: moveParametersAway,
  },
];
