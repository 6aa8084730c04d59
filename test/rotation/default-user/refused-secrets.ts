import { addOtherDatabase } from '../../support/other-database.ts';
import { putManually, type Scenario } from '../../support/scenario.ts';
import { change, tagSecret } from './databases.ts';
import type { Refusal } from './refusals.ts';

/** Adds a database, and changes the value to name it. The tag stays. */
async function writeValue(
  world: Scenario,
  fieldsFor: (port: number) => Record<string, unknown>,
): Promise<AsyncDisposable> {
  const other = await addOtherDatabase(world);
  const own = { username: 'default', password: world.user.passwords[0], ssl: false };
  await putManually(world, { ...own, ...fieldsFor(other.database.port) });
  return other;
}

export const REFUSED_SECRETS: Refusal[] = [
  {
    why: 'the secret names no database',
    code: 'secret_value_invalid',
    check: 'clusters',
    options: { noDatabase: true, userTag: 'default' },
  },
  {
    why: 'the secret has its login set to self',
    code: 'secret_value_invalid',
    check: 'clusters',
    options: { value: { login: 'self' } },
  },
  {
    why: 'the cluster has no administrator',
    code: 'admin_secret_invalid',
    check: 'clusters',
    options: { login: 'self' },
  },
  ...['default', 'default@127.0.0.1:1', undefined].map((userTag) => ({
    why: `the user tag is ${userTag}`,
    code: 'user_tag_mismatch',
    check: 'user-tag',
    options: { userTag },
  })),
  {
    why: 'the host and port are changed to those of another database',
    code: 'user_tag_mismatch',
    check: 'user-tag',
    make: (world) => writeValue(world, (port) => ({ host: '127.0.0.1', port })),
  },
  {
    why: 'an endpoint of another database is added',
    code: 'database_not_found',
    check: 'user',
    make: (world) => {
      const { port } = world.database;
      return writeValue(world, (other) => ({
        ...{ host: '127.0.0.1', port },
        endpoints: [`127.0.0.1:${other}`],
      }));
    },
  },
  {
    why: 'the tag is that of another user',
    code: 'user_tag_mismatch',
    check: 'user-tag',
    make: change((world) => tagSecret(world, 'orders')),
  },
];
