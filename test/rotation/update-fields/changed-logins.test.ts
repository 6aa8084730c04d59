import { expect, test } from 'vitest';
import type { ScenarioOptions } from '../../support/scenario.ts';
import { openScenario } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { findAdministrator, LOGINS, rejectedLogins } from '../logins.ts';

const open = (options: ScenarioOptions) =>
  openScenario({ database: 'built-in', ssl: false, ...options });

// The cluster has an administrator, and the function logs in as the user.
const SELF: ScenarioOptions = { login: 'admin', role: 'db_viewer', value: { login: 'self' } };

const CASES: [name: string, options: ScenarioOptions, fields: object][] = [
  ['login and email', { login: 'admin' }, { login: 'self' }],
  ['email in self mode', SELF, {}],
  ['email in self mode without a database', { ...SELF, noDatabase: true }, {}],
  ['email in admin mode without a database', { login: 'admin', noDatabase: true }, {}],
];

test.each(CASES)('another %s that locks out an administrator is refused', async (...of) => {
  const [, options, fields] = of;
  await using world = await open(options);
  const administrator = findAdministrator(world);
  const { email } = administrator ?? {};
  const former = await fieldsOf(world);
  const before = world.store.latest(world.arn);
  for (let note = 0; note < 6; note += 1) {
    const sent = { ...former, ...fields, email, note };
    await expect(updateFields(world, sent)).rejects.toMatchObject({
      code: 'cluster_login_refused',
      message: expect.stringMatching(/^nothing was changed: .*rejected the login with the new/),
    });
    await world.invoke({ Step: 'preflight', SecretId: world.arn });
  }
  expect(world.store.latest(world.arn)).toBe(before);
  // The environment remembers the rejection, whatever else the fields are.
  expect(administrator?.rejectedAt).toHaveLength(1);
});

test.each(
  LOGINS,
)('with login %s before, an email that the cluster accepts is written', async (login) => {
  await using world = await open({ login, role: 'db_viewer' });
  const fields = { ...(await fieldsOf(world)), email: 'orders@example.com', login: 'self' };
  world.user.email = fields.email;
  await updateFields(world, fields);
  expect(await fieldsOf(world)).toEqual(fields);
  expect(rejectedLogins(world)).toEqual([]);
});

test('fields that change no login send the API no login', async () => {
  await using world = await open({ login: 'self' });
  await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(world.api.calls.filter(({ path }) => path.endsWith('/authorize'))).toEqual([]);
});
