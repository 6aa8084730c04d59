import { createConnection } from 'node:net';
import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { DATABASES } from '../../support/databases.ts';
import { callStep, openScenario, passwordOf, stageToken } from '../../support/scenario.ts';
import { callSteps, stepsBefore } from '../steps.ts';

const PROTECTED = '-NOAUTH Authentication required.\r\n-WRONGPASS invalid password\r\n';
const WHOAMI = '$7\r\ndefault\r\n';

/** Sends commands in one connection, and returns a line for each reply. */
async function send(port: number, ...commands: string[]): Promise<string[]> {
  const socket = createConnection(port, '127.0.0.1');
  socket.setEncoding('utf8');
  socket.write(commands.map((one) => encode(one.split(' '))).join(''));
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    if (received.split('\r\n').length > commands.length) break;
  }
  return received.trimEnd().split('\r\n');
}

const encode = (parts: string[]) =>
  `*${parts.length}\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`;

test.each(
  DATABASES,
)('clients that send no username log in with both passwords: %s', async (database) => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false, database });
  await rotateSecret(world, world.arn);
  const { port } = world.database;
  expect(world.user.passwords).toHaveLength(2);
  for (const password of world.user.passwords) {
    expect(await send(port, `AUTH ${password}`, 'PING')).toEqual(['+OK', '+PONG']);
  }
  const [ping] = await send(port, 'PING');
  expect(ping).toMatch(/^-NOAUTH/);
});

test.each([
  ['the login without a username', `-WRONGPASS no\r\n+OK\r\n${WHOAMI}`, 'pending_password_refused'],
  ['the login with a username', `+OK\r\n-WRONGPASS no\r\n${WHOAMI}`, 'database_reply_unexpected'],
])('testSecret fails if the database rejects %s', async (_what, reply, code) => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('testSecret'));
  const before = passwordOf(world, 'AWSCURRENT');
  let connections = 0;
  world.database.fault = () => {
    connections += 1;
    return { reply: connections % 2 === 1 ? PROTECTED : reply };
  };
  await expect(callStep(world, 'testSecret', token)).rejects.toMatchObject({ code });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(before);
});
