import { expect, test } from 'vitest';
import { putParameters } from '../sandbox/setup.ts';
import { callStep, openScenario, type ScenarioOptions, stageToken } from '../support/scenario.ts';
import { expectUnchanged } from './expect-unchanged.ts';

const SECRETS: [name: string, options: ScenarioOptions, code: string][] = [
  ['no user tag in admin mode', { userTag: undefined }, 'user_tag_mismatch'],
  ['the tag of another user in admin mode', { userTag: 'billing' }, 'user_tag_mismatch'],
  [
    'the tag of another user in self mode',
    { userTag: 'billing', login: 'self' },
    'user_tag_mismatch',
  ],
  ['a username changed manually', { value: { username: 'billing' } }, 'user_tag_mismatch'],
  ['a host outside database-hosts', { value: { host: 'evil.test' } }, 'host_not_allowed'],
  [
    'an endpoint outside database-hosts',
    { value: { endpoints: ['redis.sandbox.test.evil.test:1'] } },
    'host_not_allowed',
  ],
  [
    'a cluster that is not configured',
    { value: { clusters: ['us'] } },
    'cluster_parameter_invalid',
  ],
  [
    'admin mode without an administrator',
    { login: 'self', value: { login: 'admin' } },
    'admin_secret_invalid',
  ],
];

test.each(SECRETS)('a secret with %s fails before any request', async (_name, options, code) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  expect((await expectUnchanged(world)).code).toBe(code);
  expect(world.api.calls).toEqual([]);
});

test.each([
  '127.0.0.1',
  'redis-1.db.test',
  'REDIS-2.DB.TEST',
])('database-hosts allows %s', async (host) => {
  const value = { endpoints: [`${host}:1`] };
  await using world = await openScenario({ value, database: 'built-in' });
  await putParameters(world, { 'database-hosts': '127.0.0.1, .db.test' });
  await expect(callStep(world, 'createSecret', stageToken(world))).resolves.toBeUndefined();
});
