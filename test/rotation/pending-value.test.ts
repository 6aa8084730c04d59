import { expect, test } from 'vitest';
import { callStep, FIRST_PASSWORD, openScenario, stageToken } from '../support/scenario.ts';

type Change = (value: Record<string, unknown>) => object;

const CHANGES: [name: string, change: Change, field: string][] = [
  ['changes the host', (value) => ({ ...value, host: 'localhost' }), 'host'],
  ['changes the username', (value) => ({ ...value, username: 'billing' }), 'username'],
  ['adds a field', (value) => ({ ...value, note: 1 }), 'another field'],
  ['adds __proto__', (value) => ({ ...value, ...JSON.parse('{"__proto__":{}}') }), 'another field'],
  ['removes a field', ({ port: _, host: __, ...value }) => value, 'host'],
];

test.each(
  CHANGES,
)('a pending value that %s fails setSecret before any change', async (_, change, field) => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.store.write(world.arn, (secret) => {
    const version = secret.versions.get(token);
    if (version?.value === undefined || !('SecretString' in version.value)) throw new Error();
    const changed = change(JSON.parse(version.value.SecretString));
    version.value = { SecretString: JSON.stringify(changed) };
  });
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'secret_value_changed',
    message: expect.stringContaining(`${field} differs`),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});
