import { expect, test } from 'vitest';
import { changedField, parseSecretValue, withPassword } from '../../lambda/secret/value.ts';

const parse = (value: object) => parseSecretValue(JSON.stringify({ username: 'orders', ...value }));

test('a number that JavaScript cannot hold is copied unchanged', () => {
  const text =
    '{"username":"orders","id":12345678901234567890,"rate":1e400,"port":6379.0,"host":"h"}';
  const value = parseSecretValue(text);
  expect(value.endpoints).toEqual([{ host: 'h', port: 6379 }]);
  expect(withPassword(value, 'x')).toBe(`${text.slice(0, -1)},"password":"x"}`);
  const other = parseSecretValue(text.replace('67890', '67891'));
  expect(changedField(value, other)).toBe('another field');
});

test('a field named like an inherited property is an ordinary field', () => {
  const text = '{"username":"orders","__proto__":{"x":1},"constructor":"c"}';
  expect(withPassword(parseSecretValue(text), 'x')).toBe(`${text.slice(0, -1)},"password":"x"}`);
  expect(changedField(parse({}), parseSecretValue(text))).toBe('another field');
});

test('port and ssl may be strings, as the AWS console writes them', () => {
  expect(parse({ host: 'h', port: '12000', ssl: 'false' })).toMatchObject({
    endpoints: [{ host: 'h', port: 12_000 }],
    ssl: false,
  });
  expect(parse({ ssl: 'true' }).ssl).toBe(true);
});

test('endpoints extend host and port, with IPv6 addresses in brackets', () => {
  const value = parse({ host: 'a', port: 1, endpoints: ['b.test:2', '[::1]:3'] });
  expect(value.endpoints).toEqual([
    { host: 'a', port: 1 },
    { host: 'b.test', port: 2 },
    { host: '::1', port: 3 },
  ]);
});

test('the email, if there is one, is the login to the REST API', () => {
  expect(parse({ email: 'orders@example.com' })).toMatchObject({
    username: 'orders',
    apiLoginName: 'orders@example.com',
  });
  expect(parse({}).apiLoginName).toBe('orders');
});

test('a value over 64 KiB is invalid', () => {
  expect(() => parse({ note: 'x'.repeat(65_536) })).toThrow(
    /it has 65\d\d\d bytes, allowed are 65536/,
  );
});
