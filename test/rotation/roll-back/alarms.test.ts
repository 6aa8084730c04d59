import { expect, test } from 'vitest';
import { firing, openHealthy, passHours } from '../../infra/alarm-world.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { rollBack } from '../../support/roll-back.ts';
import { reconcile } from '../../support/scenario.ts';
import { measured } from '../../telemetry/measured.ts';

test('no alarm fires for a day after a rollback, and the age is that of its password', async () => {
  await using world = await openHealthy();
  await passHours(world, 48);
  await rotateSecret(world, world.arn);
  await rollBack(world);
  await passHours(world, 24);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ PasswordAgeDays: 3, LivePasswords: 1 });
  await rotateSecret(world, world.arn);
  await passHours(world, 3);
  expect(firing(world)).toEqual([]);
});
