import { expect } from 'vitest';
import { addUser } from '../../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../../sandbox/cluster/users.ts';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
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
import { LOGINS } from '../logins.ts';
import type { Case } from './case.ts';

const CHOSEN = 'chosen-by-an-adversary';
const PASSWORD_OF_BILLING = 'the-password-of-billing';
const WITHOUT_DATABASE = { noDatabase: true, role: 'db_viewer' } as const;

/** Calls every operation, as the schedule and an operator do, and ignores failures. */
async function runAll(world: Scenario): Promise<void> {
  for (let run = 0; run < 3; run += 1) await reconcile(world).catch(() => undefined);
  await rotateSecret(world, world.arn).catch(() => undefined);
  await replaceAll(world).catch(() => undefined);
  await reconcile(world).catch(() => undefined);
}

const allPasswords = ({ cluster }: Scenario): Record<string, string[]> =>
  Object.fromEntries(cluster.users.map(({ name, passwords }) => [name, [...passwords]]));

const addBilling = ({ cluster }: Scenario): Promise<ClusterUser> =>
  addUser(cluster, { name: 'billing', role: 'db_viewer', passwords: [PASSWORD_OF_BILLING] });

/** Puts a chosen password with REPLACING, then another user as AWSCURRENT. */
const takeOver = (victim: 'billing' | 'admin@sandbox.test') => async (world: Scenario) => {
  await addBilling(world);
  const before = allPasswords(world);
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, password: CHOSEN }, { VersionStages: ['REPLACING'] });
  await putManually(world, { ...value, username: victim, password: 'rubbish' });
  world.driver.attempts = 1;
  await runAll(world);
  expect(allPasswords(world)).toEqual(before);
};

/** Makes another user's value AWSCURRENT for an hour, with or without LIVE, then corrects it. */
const pasteForAnHour = (isLabelled: boolean) => async (world: Scenario) => {
  const billing = await addBilling(world);
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, username: billing.name, password: PASSWORD_OF_BILLING });
  const pasted = idOf(world, 'AWSCURRENT') ?? '';
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'user_tag_mismatch' });
  expect(labels(world).flat()).toEqual(['AWSCURRENT']);
  if (isLabelled) await updateStage(world, world.arn, `LIVE-${pasted}`, { to: pasted });
  await putManually(world, value);
  await reconcile(world);
  expect(world.store.latest(world.arn).versions.get(pasted)?.stages).not.toContainEqual(
    expect.stringMatching(/^(LIVE|EXPIRES)-/),
  );
  await replaceAll(world);
  expect(billing.passwords).toEqual([PASSWORD_OF_BILLING]);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await reconcile(world);
  expect(billing.passwords).toEqual([PASSWORD_OF_BILLING]);
};

/** Sets REPLACING on an old version, then on a version with a chosen password. */
const setReplacing = async (world: Scenario) => {
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, note: 'an older version has the first password' });
  const old = [...world.store.latest(world.arn).versions.keys()][0];
  await updateStage(world, world.arn, 'REPLACING', { to: old });
  await expectIdle(world);
  await putManually(
    world,
    { ...value, password: CHOSEN },
    { VersionStages: ['REPLACING', 'MINE'] },
  );
  await expectIdle(world);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(CHOSEN);
};

/** Expects reconcile to report REPLACING and to change nothing on the cluster. */
async function expectIdle(world: Scenario): Promise<void> {
  const { passwords } = world.user;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(world.user.passwords).toEqual(passwords);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
}

const expireCurrent = async (world: Scenario) => {
  const current = idOf(world, 'AWSCURRENT') ?? '';
  await updateStage(world, world.arn, `EXPIRES-1-${current}`, { to: current });
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(labels(world).flat()).not.toContainEqual(expect.stringMatching(/^EXPIRES/));
};

export const SECRET_CASES: Case[] = [
  ...(['billing', 'admin@sandbox.test'] as const).flatMap((victim) =>
    LOGINS.flatMap((login) => [
      {
        name: `PutSecretValue alone takes over no user: ${victim}, ${login}`,
        options: { login },
        run: takeOver(victim),
      },
      {
        name: `PutSecretValue alone takes over no user: ${victim}, ${login}, no database`,
        options: { login, ...WITHOUT_DATABASE },
        run: takeOver(victim),
      },
    ]),
  ),
  ...LOGINS.flatMap((login) => [
    {
      name: `another user's value, pasted for an hour, leaves that user unchanged: ${login}`,
      options: { login },
      run: pasteForAnHour(false),
    },
    {
      name: `reconcile removes LIVE from another user's version: ${login}`,
      options: { login },
      run: pasteForAnHour(true),
    },
    {
      name: `REPLACING that somebody else set adds no password: ${login}`,
      options: { login },
      run: setReplacing,
    },
    {
      name: `EXPIRES in the past does not delete the password of AWSCURRENT: ${login}`,
      options: { login },
      run: expireCurrent,
    },
  ]),
];
