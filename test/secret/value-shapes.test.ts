import { expect, test } from 'vitest';
import { parseSecretValue } from '../../lambda/secret/value.ts';

const SECRET = 'do-not-show';
const parse = (fields: object) => () =>
  parseSecretValue(JSON.stringify({ username: 'orders', ...fields }));

const CASES: [field: string, value: unknown, shape: string][] = [
  ['host', `${SECRET}.test `, 'a string that ends with a space'],
  ['host', ` ${SECRET}.test`, 'a string that starts with a space'],
  ['host', `${SECRET}.test.`, 'a string that ends with a dot'],
  ['host', `https://${SECRET}.test`, 'a string that looks like a URL'],
  ['host', '', 'an empty string'],
  ['host', 'fe80::1%eth0', 'an IPv6 address with a zone id'],
  ['endpoints', ['db.test:1', `${SECRET}.test:1 `], 'a list whose item 2 is a string that ends'],
  ['endpoints', Array.from({ length: 16 }, () => 'db.test:1'), 'a list of 16 items'],
  ['clusters', 'eu,us', 'a string that looks like a list'],
  ['endpoints', `["${SECRET}:1"]`, 'a string that looks like a list'],
  ['clusters', '["eu"]', 'a string that looks like a list'],
  ['clusters', 'eu', 'a string, not a list'],
  ['clusters', [], 'an empty list'],
  ['host', '[fe80::1]', 'an IPv6 address in brackets'],
  ['endpoints', ['[fe80::1%eth0]:1'], 'a list whose item 1 is an IPv6 address with a zone id'],
  ['host', `${SECRET}.test:6379`, 'a host with a port'],
  ['endpoints', [`${SECRET}.test.:1`], 'a list whose item 1 is a host that ends with a dot'],
  ['endpoints', [`${SECRET}.test`], 'a list whose item 1 is a host without a port'],
  ['ssl', 'no', 'another string, allowed is true or false, in lower case, not yes or no'],
  ['login', `"${SECRET}"`, 'a string in quotation marks'],
  ['ssl', null, 'null'],
  ['username', `${SECRET} `, 'a string that ends with a space'],
  ['username', ` ${SECRET}`, 'a string that starts with a space'],
];

test.each(CASES)('the error for %s describes the shape of the value: %j', (field, value, shape) => {
  const port = field === 'host' ? { port: 1 } : {};
  expect(parse({ [field]: value, ...port })).toThrow(`${field} is ${shape}`);
  expect(parse({ [field]: value, ...port })).not.toThrow(SECRET);
});

test('only the depth of JSON is counted: it takes quadratic time for a string without an end', () => {
  const endless = `${'['.repeat(200)}"${'\\"'.repeat(200)}`;
  expect(() => parseSecretValue(endless)).toThrow('it is not a JSON object');
});

test('a deeply nested value is invalid', () => {
  const deep = (depth: number) =>
    `{"username":"orders","more":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  expect(() => parseSecretValue(deep(2_000))).toThrow('nested more than 100 levels');
  expect(parseSecretValue(deep(90)).username).toBe('orders');
  const brackets = JSON.stringify({ username: 'orders', note: '[{"'.repeat(500) });
  expect(parseSecretValue(brackets).username).toBe('orders');
});
