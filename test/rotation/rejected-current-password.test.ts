import { expect, test } from 'vitest';
import { openScenario, reconcile, type Scenario, stageToken } from '../support/scenario.ts';
import { expectUnchanged } from './expect-unchanged.ts';
import { callSteps } from './steps.ts';

async function resetPassword({ user, database }: Scenario): Promise<void> {
  user.passwords = ['reset-by-an-administrator'];
  await database.setUser(user);
}

test('self mode sends the API no password that the database rejects', async () => {
  await using world = await openScenario({ login: 'self' });
  await resetPassword(world);
  const failure = await expectUnchanged(world);
  expect(failure.code).toBe('current_password_refused');
  expect(failure.message).toContain(
    'rejected the password of AWSCURRENT; hint: follow CurrentPasswordRejected',
  );
  expect(world.api.calls).toEqual([]);
});

test('in admin mode a rotation replaces an AWSCURRENT that is rejected', async () => {
  await using world = await openScenario();
  await resetPassword(world);
  await callSteps(world, stageToken(world));
  await expect(reconcile(world)).resolves.toEqual({ live: 2, deleted: 0 });
});
