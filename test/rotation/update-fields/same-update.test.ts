import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { OVERLAP_SECONDS, openScenario, passwordOf, reconcile } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { actDuring } from './beside.ts';

test('the same update and a rotation, during an update, leave one password', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await openScenario({ database: 'built-in', ssl: false });
    const fields = { ...(await fieldsOf(world)), note: 1 };
    const update = () => updateFields(world, fields);
    isReached = await actDuring(world, at, update, async () => {
      await update();
      await rotateSecret(world, world.arn);
    });
    removeFaults(world);
    for (let round = 0; round < 2; round += 1) {
      world.time.advance(OVERLAP_SECONDS + 1_000);
      await reconcile(world);
    }
    expect(world.user.passwords, `call ${at}`).toEqual([passwordOf(world, 'AWSCURRENT')]);
  }
});
