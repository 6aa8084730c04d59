import { expect, test } from 'vitest';
import { openScenario } from '../../support/scenario.ts';
import { fieldsOf } from '../../support/update-fields.ts';

const CANARY = 'pasted-by-mistake';
const deep = (levels: number): unknown => (levels === 0 ? CANARY : [deep(levels - 1)]);

const EVENTS: [name: string, event: object, message: string][] = [
  ['no Fields', {}, 'Fields is absent or not an object'],
  ['Fields that are null', { Fields: null }, 'Fields is absent or not an object'],
  ['Fields that are a list', { Fields: [CANARY] }, 'Fields is absent or not an object'],
  ['Fields that are a string', { Fields: CANARY }, 'Fields is absent or not an object'],
  ['a username', { Fields: { username: CANARY } }, 'Fields names username or password'],
  ['a password', { Fields: { password: CANARY } }, 'Fields names username or password'],
  ['a Password', { Fields: { Password: CANARY } }, 'Fields names username or password'],
  ['a USERNAME to remove', { Fields: {}, Remove: ['USERNAME'] }, 'Remove names username or'],
  ['Remove that is a string', { Fields: {}, Remove: CANARY }, 'Remove is not a list of strings'],
  ['Remove of a number', { Fields: {}, Remove: [1] }, 'Remove is not a list of strings'],
  ['Remove that is null', { Fields: {}, Remove: null }, 'Remove is not a list of strings'],
  ['Fields over 64 KiB', { Fields: { a: CANARY.repeat(4_000) } }, 'allowed are 65536'],
  ['deep Fields', { Fields: { a: deep(100) } }, 'Fields is nested more than 100 levels deep'],
];

test.each(
  EVENTS,
)('an update with %s is invalid, and changes nothing', async (_name, more, text) => {
  await using world = await openScenario();
  const before = world.store.latest(world.arn);
  const event = { Step: 'updateFields', SecretId: world.arn, ...more };
  await expect(world.invoke(event)).rejects.toMatchObject({
    code: 'event_invalid',
    message: expect.stringContaining(text),
  });
  expect(world.store.latest(world.arn)).toBe(before);
  expect(world.lines.join('')).not.toContain(CANARY);
});

test('fields with the names of inherited properties are fields as others', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  const { host, port } = await fieldsOf(world);
  const text = JSON.stringify({ host, port, ssl: false, constructor: 1, toString: 2 });
  const Fields = JSON.parse(text.replace('{', '{"__proto__":{"password":"x"},'));
  await world.invoke({ Step: 'updateFields', SecretId: world.arn, Fields });
  expect(JSON.stringify(await fieldsOf(world))).toBe(JSON.stringify(Fields));
});

test('no line of the log has a field of an update', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  const Fields = { ...(await fieldsOf(world)), [CANARY]: CANARY };
  const Remove = [`${CANARY}-removed`];
  await world.invoke({ Step: 'updateFields', SecretId: world.arn, Fields, Remove });
  expect(await fieldsOf(world)).toEqual(Fields);
  expect(world.lines.join('')).toContain('version written');
  expect(world.lines.join('')).not.toContain(CANARY);
});
