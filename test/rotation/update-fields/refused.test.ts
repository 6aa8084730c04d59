import { expect, test } from 'vitest';
import { readSecret } from '../../sandbox/setup.ts';
import { openScenario, putManually, type Scenario } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

type Refusal = [name: string, fields: object, code: string, text: string];

const CANARY = 'pasted-by-mistake';
const REFUSALS: Refusal[] = [
  ['a port out of range', { port: 70_000 }, 'secret_value_invalid', 'port is another number'],
  ['a port without a host', { host: undefined }, 'secret_value_invalid', 'host and port is absent'],
  ['an invalid email', { email: CANARY }, 'secret_value_invalid', 'email is another string'],
  ['another engine', { engine: CANARY }, 'secret_value_invalid', 'engine is another string'],
  ['a host that is not allowed', { host: `${CANARY}.test` }, 'host_not_allowed', 'host is not'],
  ['an unknown cluster', { clusters: [CANARY] }, 'cluster_parameter_invalid', 'unknown cluster'],
];

test.each(REFUSALS)('%s is refused before any change', async (_name, fields, code, text) => {
  await using world = await open();
  const sent = { ...(await fieldsOf(world)), ...fields };
  await expectRefused(world, sent, { code, text });
  expect(world.lines.join('')).not.toContain(CANARY);
});

test('a value that would be too large is refused before any change', async () => {
  await using world = await open();
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, large: 'x'.repeat(40_000) });
  const sent = { ...(await fieldsOf(world)), large: undefined, more: 'x'.repeat(40_000) };
  await expectRefused(world, sent, { code: 'secret_value_invalid', text: 'allowed are 65536' });
});

test('a first value that leaves no room for a password is refused', async () => {
  await using world = await openScenario({ value: { password: undefined } });
  const fields = await fieldsOf(world);
  const size = Buffer.byteLength(JSON.stringify({ ...fields, username: 'orders', more: '' }));
  const sent = (free: number) => ({ ...fields, more: 'x'.repeat(65_536 - size - free) });
  await expectRefused(world, sent(128), {
    code: 'secret_value_invalid',
    text: 'allowed are 65536',
  });
  // ,"password":"" and 128 characters
  await updateFields(world, sent(142));
});

async function expectRefused(
  world: Scenario,
  fields: object,
  { code, text }: { code: string; text: string },
): Promise<void> {
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, fields)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(text),
  });
  expect(world.store.latest(world.arn)).toBe(before);
}

test('without the tag, the username is unknown, and nothing changes', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined, ssl: false });
  const text = 'redis-enterprise-rotation:user is absent';
  await expectRefused(world, { note: 1 }, { code: 'user_tag_mismatch', text });
});

test('an AWSCURRENT of another user than the tag names stays', async () => {
  await using world = await open();
  await putManually(world, { ...(await readSecret(world, world.arn)), username: 'billing' });
  const text = 'name different users';
  await expectRefused(world, { note: 1 }, { code: 'user_tag_mismatch', text });
});
