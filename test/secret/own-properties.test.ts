import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

// What each JavaScript object inherits, a table of error codes or hints included.
const INHERITED = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];

const REQUESTS: [request: string, path: string, send: (world: Scenario) => Promise<unknown>][] = [
  [
    'POST',
    '/v1/users/password',
    async (world) => {
      const token = idOf(world, 'AWSPENDING') ?? stageToken(world);
      await callStep(world, 'createSecret', token);
      return callStep(world, 'setSecret', token);
    },
  ],
  ['PUT', '/v1/users/password', replaceAll],
  ['DELETE', '/v1/users/password', reconcile],
  [
    'authorize',
    '/v1/users/authorize',
    (world) => callStep(world, 'testSecret', idOf(world, 'AWSPENDING') ?? ''),
  ],
];

test.each(
  REQUESTS,
)('an error_code that JavaScript objects inherit is unexpected: %s', async (...of) => {
  const [request, path, send] = of;
  const method = request === 'authorize' ? 'POST' : request;
  const noDatabase = request === 'authorize';
  await using world = await openScenario({ database: 'built-in', noDatabase });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  if (noDatabase) await callStep(world, 'createSecret', stageToken(world));
  const isIt = (call: { method: string; path: string }) =>
    call.method === method && call.path === path;
  for (const code of INHERITED) {
    const body = `{"error_code":"${code}","__proto__":{"error_code":"user_not_exist"}}`;
    world.api.fault = (call) => (isIt(call) ? { status: 400, body } : undefined);
    const answered = new RegExp(`answered ${request} with 400( constructor| valueOf)?; hint: name`);
    await expect(send(world)).rejects.toMatchObject({
      code: 'cluster_reply_unexpected',
      message: expect.stringMatching(answered),
    });
  }
});

test.each(INHERITED)('an AWS exception %s has the usual hint', async (type) => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => ({ status: 400, body: `{"__type":"${type}","Message":"a fault"}` });
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringMatching(/^\S+ failed with \w+; hint: check the function's network path/),
  });
});

const FIELDS = '{"__proto__":{"a":1},"constructor":"c","deep":{"__proto__":[2]},"toString":null}';

test('fields that JavaScript objects inherit are carried over through a rotation', async () => {
  await using world = await openScenario({ database: 'built-in', value: JSON.parse(FIELDS) });
  const textOf = (label: string) => JSON.stringify(fieldsAt(world, label));
  const [before, first] = [textOf('AWSCURRENT'), passwordOf(world, 'AWSCURRENT') ?? ''];
  expect(before).toContain('"__proto__":{"a":1},"constructor":"c"');
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(textOf('AWSCURRENT')).toBe(before.replace(first, passwordOf(world, 'AWSCURRENT') ?? ''));
});

/** The value of a version, as JSON. */
function fieldsAt({ store, arn }: Scenario, label: string): Record<string, unknown> {
  const versions = [...store.latest(arn).versions.values()];
  const value = versions.find(({ stages }) => stages.includes(label))?.value;
  return value !== undefined && 'SecretString' in value ? JSON.parse(value.SecretString) : {};
}
