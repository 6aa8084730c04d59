import { Lazy } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { type Addition, BILLING, imported, ORDERS, withRotation } from './rotation-template.ts';

const adopted =
  (props: object): Addition =>
  (rotation) =>
    rotation.adoptUser('X', { ...ORDERS, ...props });

const MISTAKES: [error: string, add: Addition][] = [
  ["rotateImmediately of 'X' must be true", adopted({ rotateImmediately: false })],
  ['synthesis, got a token', adopted({ host: Lazy.string({ produce: () => 'late' }) })],
  ['synthesis, got a token', adopted({ port: Lazy.number({ produce: () => 1 }) })],
  ['must not have a password', adopted({ fields: { password: 'x' } })],
  ['must not have a password', adopted({ fields: { old: { Password: 'x' } } })],
  ["host of 'X' must be a host name", adopted({ host: 'https://x' })],
  ["host of 'X' must be a host name", adopted({ host: '' })],
  ["must be one of its clusters' databaseHosts", adopted({ host: 'db.example.org' })],
  ["fields of 'X' are invalid: login is another string", adopted({ fields: { login: 'self' } })],
  ["fields of 'X' are invalid: ssl is another string", adopted({ fields: { ssl: 'maybe' } })],
  ["fields of 'X' are invalid: clusters is another list", adopted({ fields: { clusters: [] } })],
  ["fields of 'X' are invalid: engine is another string", adopted({ fields: { engine: 'redis' } })],
  [
    "fields of 'X' are invalid: endpoints is another list",
    adopted({ fields: { endpoints: ['x:99999'] } }),
  ],
  [
    "fields of 'X' are invalid: endpoints is another list",
    adopted({ fields: { endpoints: ['redis.eu.example.com'] } }),
  ],
  ["fields of 'X' are invalid: email is another string", adopted({ fields: { email: 'orders' } })],
  ["fields of 'X' must not have 'port'", adopted({ fields: { port: 1 } })],
  ["username of 'X' must be a name", adopted({ username: 'jürgen' })],
  [
    "username of 'Billing' must be a name",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), { ...ORDERS, username: 'a&b' }),
  ],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'default' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: '' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'a*b' })],
  ["port of 'X' must be 1 to 65535, got 0", adopted({ port: 0 })],
  ["port of 'X' must be 1 to 65535, got 0.5", adopted({ port: 0.5 })],
  ["port of 'X' must be 1 to 65535, got 65536", adopted({ port: 65_536 })],
  ['got none of us', adopted({ fields: { clusters: ['us'] } })],
];

test.each(MISTAKES)('the construct rejects a user with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
});
