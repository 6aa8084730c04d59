import { expect, test } from 'vitest';
import { moveLabel } from '../sandbox/aws/secret-store.ts';
import { openScenario } from '../support/scenario.ts';
import { expectUnchanged } from './expect-unchanged.ts';

test('a rotation fails if the secret has room for fewer than 4 labels', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.store.write(world.arn, (secret) => {
    const [version] = secret.versions.keys();
    for (let index = 0; index < 15; index += 1) moveLabel(secret, `mine-${index}`, version);
  });
  const failure = await expectUnchanged(world);
  expect(failure).toMatchObject({ code: 'labels_exhausted' });
  expect(failure.message).toContain('3 free staging labels of 20');
});
