import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { findAdministrator, rejectedLogins } from '../rotation/logins.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  putManually,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { expireParameters } from './expire-parameters.ts';

const LOCKED = 'secret has it already, the account may be locked: wait 30 minutes';
const ANOTHER = ', or set another password on the cluster and in the admin secret';

const REPLY = /login of the (\w+) \(401 to GET \/v1\/nodes\)( less than 30 minutes ago[\w, ]*)?/;

/** Calls createSecret; returns the message of its error. */
async function messageOf(world: Scenario, token: string): Promise<string> {
  const error: unknown = await callStep(world, 'createSecret', token).catch((thrown) => thrown);
  return error instanceof Error ? error.message : 'no error';
}

/** Returns the messages of a step whose login is rejected, and of its retry. */
async function rejectTwice(world: Scenario, token: string): Promise<string[]> {
  return [await messageOf(world, token), await messageOf(world, token)];
}

test('the error of a rejected administrator and of its retry name the admin secret', async () => {
  await using world = await openScenario();
  const { name = '', passwords = [] } = findAdministrator(world) ?? {};
  const arn = await makeSecret(world, 'admin', { username: name, password: 'not-the-password-1' });
  await putParameters(world, { 'admin-secret-arn': arn });
  expireParameters(world);
  const token = stageToken(world);
  const messages = await rejectTwice(world, token);
  expect(rejectedLogins(world)).toHaveLength(1);
  const where = `in the admin secret ${arn}, not in the rotated secret`;
  const hint = `${where}. If the admin ${LOCKED}${ANOTHER}`;
  for (const message of messages) {
    expect(message.match(REPLY)?.[1]).toBe('administrator');
    expect(message).toContain(`set the valid login ${hint}`);
  }
  const [password] = passwords;
  const SecretString = JSON.stringify({ username: name, password });
  await world.secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  await callStep(world, 'createSecret', token);
});

test("the error of a user's rejected login and of its retry name this secret", async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true });
  const { name, passwords } = world.user;
  const [password] = passwords;
  await putManually(world, { username: name, password: 'not-the-password-1' });
  const token = stageToken(world);
  const messages = await rejectTwice(world, token);
  expect(rejectedLogins(world)).toHaveLength(1);
  for (const message of messages) {
    expect(message.match(REPLY)?.[1]).toBe('user');
    // Another password would lock out the applications of the user.
    expect(
      message.endsWith(`set the valid login in the rotated secret. If the rotated ${LOCKED}`),
    ).toBe(true);
  }
  await putManually(world, { username: name, password });
  await callStep(world, 'createSecret', stageToken(world));
});

test('the retry of a login with an expired password says that it has expired', async () => {
  await using world = await openScenario();
  world.api.fault = () => ({ status: 401, body: '{"error_code":"password_expired"}' });
  const messages = await rejectTwice(world, stageToken(world));
  world.api.fault = undefined;
  expect(messages[1]).toContain('less than 30 minutes ago');
  for (const message of messages) {
    expect(message).toContain('(401 password_expired to ');
    expect(message).toMatch(/let an administrator set another one, and set it in the admin secret/);
  }
});
