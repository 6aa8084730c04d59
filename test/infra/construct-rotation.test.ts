import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { expect, test } from 'vitest';
import { USER_TAG } from '../../lambda/names.ts';
import { BLOCKS } from '../docs/documents.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { makeSecret, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld } from '../sandbox/world.ts';
import { BILLED, withRotation } from './rotation-template.ts';
import { ofType } from './template.ts';

const EXAMPLE =
  "rotation.addSecret('Billing', billingSecret, " +
  `{ username: '${BILLED.username}', schedule: '${BILLED.schedule}' });`;
const FIRST = 'the-first-password-1';

/** Returns the user in the tag that the construct adds to a secret of the same stack. */
function userTag(): string | undefined {
  const template = withRotation(undefined, (rotation, stack) => {
    const secret = new Secret(stack, 'Billing', { description: 'Billing' }) as ISecret;
    rotation.addSecret('Billing', secret, BILLED);
  });
  const secrets = ofType(template, 'AWS::SecretsManager::Secret');
  const billing = secrets.find(({ Properties }) => Properties.Description === 'Billing');
  const tags = (billing?.Properties.Tags ?? []) as { Key: string; Value: string }[];
  return tags.find(({ Key }) => Key === USER_TAG)?.Value;
}

test('the secret in the example of docs/deploy.md rotates in admin mode', async () => {
  const shown = BLOCKS.filter(({ path }) => path === 'docs/deploy.md').map(({ text }) => text);
  expect(shown.join('')).toContain(EXAMPLE);
  await using world = await openWorld({ database: 'built-in' });
  const user = await addUser(world.cluster, { name: 'billing', passwords: [FIRST] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: 'billing', password: FIRST, ...endpoint };
  const arn = await makeSecret(world, 'billing', value, userTag());
  expect(await rotateSecret(world, arn)).toEqual({ outcome: 'succeeded' });
  const { password } = await readSecret(world, arn);
  expect(user.passwords).toEqual([FIRST, password]);
});
