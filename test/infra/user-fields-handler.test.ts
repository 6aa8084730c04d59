import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { IDS, openDeployment, properties, SECRET, UPDATED } from './deployment.ts';

const HOST = 'redis-12000.redis.eu.example.com';
const FIELDS = { host: HOST, port: 12_000, ssl: false };
const OTHER = SECRET.replace('a1b2c3', 'd4e5f6');

test('a creation writes the fields, with their types, and succeeds with the ARN', async () => {
  await using deployment = await openDeployment();
  const RequestId = randomUUID();
  const Texts = { endpoints: [`${HOST}:12001`], clusters: ['eu'] };
  const ExtraFields = JSON.stringify({ team: 'shop', host: 'another.example.com' });
  const ResourceProperties = { ...properties(FIELDS), ExtraFields, Texts };
  expect(await deployment.deploy('Create', { RequestId, ResourceProperties })).toEqual({
    ...IDS,
    RequestId,
    Status: 'SUCCESS',
    PhysicalResourceId: SECRET,
  });
  const Fields = { team: 'shop', ...FIELDS, ...Texts };
  const event = { Step: 'updateFields', SecretId: SECRET, Fields, Remove: [] };
  expect(deployment.invocations).toEqual([event]);
});

test('an update removes the further fields that it has no longer', async () => {
  await using deployment = await openDeployment();
  const former = { ...FIELDS, owner: 'shop', retries: 3 };
  const { ssl: _, ...fields } = { ...FIELDS, retries: 3 };
  const done = await deployment.deploy('Update', {
    PhysicalResourceId: SECRET,
    ResourceProperties: properties(fields),
    OldResourceProperties: properties(former),
  });
  expect(done).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: SECRET });
  expect(deployment.invocations).toMatchObject([{ Fields: fields, Remove: ['owner'] }]);
});

test('an update to another secret removes nothing from it, and is a replacement', async () => {
  await using deployment = await openDeployment();
  const done = await deployment.deploy('Update', {
    PhysicalResourceId: SECRET,
    ResourceProperties: properties(FIELDS, OTHER),
    OldResourceProperties: properties({ ...FIELDS, owner: 'shop' }),
  });
  expect(done).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: OTHER });
  expect(deployment.invocations).toMatchObject([{ SecretId: OTHER, Remove: [] }]);
});

test('the rollback of a failed deployment brings the old fields back', async () => {
  const own = new Set(['host', 'port', 'ssl']);
  let value: Record<string, unknown> = { username: 'orders', password: 'x', team: 'theirs' };
  await using deployment = await openDeployment({
    // What the function does to the value of the secret.
    invoke: async ({ Fields, Remove }) => {
      const isKept = (name: string) => !own.has(name) && !(Remove as string[]).includes(name);
      const kept = Object.entries(value).filter(([name]) => isKept(name));
      value = { ...Object.fromEntries(kept), ...(Fields as object) };
      return UPDATED;
    },
  });
  const former = properties({ ...FIELDS, owner: 'shop' });
  await deployment.deploy('Create', { ResourceProperties: former });
  const before = { ...value };
  const changed = properties({ host: HOST, port: 12_001, stage: 'new' });
  const PhysicalResourceId = SECRET;
  const update = { ResourceProperties: changed, OldResourceProperties: former };
  await deployment.deploy('Update', { PhysicalResourceId, ...update });
  const after = { username: 'orders', password: 'x', team: 'theirs', host: HOST, port: 12_001 };
  expect(value).toEqual({ ...after, stage: 'new' });
  const back = { ResourceProperties: former, OldResourceProperties: changed };
  const done = await deployment.deploy('Update', { PhysicalResourceId, ...back });
  expect(done?.Status).toBe('SUCCESS');
  expect(value).toEqual(before);
});

test('a deletion changes nothing and succeeds, whatever the properties are', async () => {
  await using deployment = await openDeployment();
  for (const ResourceProperties of [properties(FIELDS), { SecretId: OTHER }, undefined]) {
    const deletion = { PhysicalResourceId: SECRET, ResourceProperties };
    expect(await deployment.deploy('Delete', deletion)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: SECRET,
    });
  }
  expect(deployment.invocations).toEqual([]);
});

const Fields = JSON.stringify(FIELDS);

test.each([
  ['RequestType is invalid', 'Move', properties(FIELDS)],
  ['RequestType is invalid', undefined, properties(FIELDS)],
  ['SecretId is invalid, allowed is the complete ARN', 'Create', undefined],
  ['SecretId is invalid, allowed is the complete ARN', 'Create', []],
  ['SecretId is invalid', 'Update', { Fields, SecretId: 'orders' }],
  ['Fields are invalid, allowed is a JSON object', 'Create', { SecretId: SECRET }],
  ['Fields are invalid', 'Create', { SecretId: SECRET, Fields: '{"host": "x' }],
  ['Fields are invalid', 'Create', { SecretId: SECRET, Fields: '["x"]' }],
  ['Texts are invalid', 'Create', { SecretId: SECRET, Fields, Texts: 'x' }],
  ['ExtraFields are invalid', 'Create', { SecretId: SECRET, Fields, ExtraFields: '[]' }],
])('the error for an invalid event is: %s (%s, %j)', async (error, type, ResourceProperties) => {
  await using deployment = await openDeployment();
  const done = await deployment.deploy(type, { ResourceProperties });
  expect(done).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(error) });
  expect(done?.PhysicalResourceId).toMatch(/./);
  expect(deployment.invocations).toEqual([]);
});

test.each([
  undefined,
  null,
  [],
  'event',
  {},
  { RequestType: 'Create', ResponseURL: 'http://127.0.0.1/?signature' },
])('an event without an address ends with a line in the log: %j', async (event) => {
  await using deployment = await openDeployment();
  expect(await deployment.send(event)).toBeUndefined();
  expect(deployment.lines).toHaveLength(1);
  expect(deployment.lines[0]).toMatch(/"level":"ERROR".*no ResponseURL/);
  expect(deployment.lines[0]).not.toContain('signature');
});

test('the built handler loads the AWS SDK that the runtime has', () => {
  const load = createRequire(import.meta.url);
  expect(load('../../dist/user-fields/index.cjs').handler).toBeTypeOf('function');
});
