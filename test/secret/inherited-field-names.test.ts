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

// Every JavaScript object inherits these, also the tables of error codes and of hints.
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
)('an error_code named like an inherited property is unexpected: %s', async (...row) => {
  const [request, path, send] = row;
  const method = request === 'authorize' ? 'POST' : request;
  const noDatabase = request === 'authorize';
  await using world = await openScenario({ database: 'built-in', noDatabase });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  if (noDatabase) await callStep(world, 'createSecret', stageToken(world));
  const isFaulty = (call: { method: string; path: string }) =>
    call.method === method && call.path === path;
  for (const code of INHERITED) {
    const body = `{"error_code":"${code}","__proto__":{"error_code":"user_not_exist"}}`;
    world.api.fault = (call) => (isFaulty(call) ? { status: 400, body } : undefined);
    const answered = new RegExp(
      `answered ${request} with 400( constructor| valueOf)?; hint: check`,
    );
    await expect(send(world)).rejects.toMatchObject({
      code: 'cluster_reply_unexpected',
      message: expect.stringMatching(answered),
    });
  }
});

test.each(INHERITED)('an AWS exception named %s has the hint of an unknown one', async (type) => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => ({ status: 400, body: `{"__type":"${type}","Message":"a fault"}` });
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringMatching(/^\S+ failed with \w+; hint: look the exception up/),
  });
});

const FIELDS = '{"__proto__":{"a":1},"constructor":"c","deep":{"__proto__":[2]},"toString":null}';

test('a rotation copies fields named like inherited properties', async () => {
  await using world = await openScenario({ database: 'built-in', value: JSON.parse(FIELDS) });
  const currentValue = () => JSON.stringify(readFields(world, 'AWSCURRENT'));
  const [before, first] = [currentValue(), passwordOf(world, 'AWSCURRENT') ?? ''];
  expect(before).toContain('"__proto__":{"a":1},"constructor":"c"');
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(currentValue()).toBe(before.replace(first, passwordOf(world, 'AWSCURRENT') ?? ''));
});

/** Returns the value of the version that has a label. */
function readFields({ store, arn }: Scenario, label: string): Record<string, unknown> {
  const versions = [...store.latest(arn).versions.values()];
  const value = versions.find(({ stages }) => stages.includes(label))?.value;
  return value !== undefined && 'SecretString' in value ? JSON.parse(value.SecretString) : {};
}
