import { expect, test } from 'vitest';
import {
  FIRST_PASSWORD,
  openScenario,
  putManually,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';

const VALUE = { username: 'orders', password: FIRST_PASSWORD, host: '127.0.0.1', port: 12_000 };

const CAUSES: [code: string, cause: (world: Scenario) => unknown][] = [
  ['secret_value_invalid', (world) => putManually(world, { ...VALUE, port: 'abc' })],
  ['host_not_allowed', (world) => putManually(world, { ...VALUE, host: 'db.example.org' })],
  [
    'aws_call_failed',
    (world) => {
      world.aws.fault = (action) => (action.includes('GetSecretValue') ? 'denied' : undefined);
    },
  ],
];

test.each(
  CAUSES,
)('a replaceAll that cannot start says so, and to run it again: %s', async (code, cause) => {
  await using world = await openScenario({ database: 'built-in' });
  await cause(world);
  await expect(replaceAll(world)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(
      /^nothing was changed: .*; then, if a password leaked, run replace-all again$/,
    ),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a replaceAll that names another user does not say to run it again', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: 'billing' };
  await expect(world.invoke(event)).rejects.toMatchObject({
    code: 'event_invalid',
    message: expect.not.stringContaining('again'),
  });
});
