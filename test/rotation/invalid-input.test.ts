import { expect, test } from 'vitest';
import { createHandler } from '../../lambda/handler.ts';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { readSettings } from '../../lambda/settings.ts';
import { putParameters } from '../sandbox/setup.ts';
import { callStep, labels, openScenario, reconcile, stageToken } from '../support/scenario.ts';

const SecretId = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-abcdef';
const ClientRequestToken = 'terraform-20260203174223578300000001';
const EVENT = { Step: 'createSecret', SecretId, ClientRequestToken };

const EVENTS: [name: string, event: unknown, message: string][] = [
  ['nothing', undefined, 'the event is not an object'],
  ['a string', 'createSecret', 'the event is not an object'],
  ['no step', { ...EVENT, Step: undefined }, 'Step is absent or invalid'],
  [
    "the misprint in AWS's documentation",
    { ...EVENT, Step: 'create_secret' },
    'invalid, allowed are',
  ],
  ['a step of another type', { ...EVENT, Step: ['createSecret'] }, 'Step is absent'],
  ['no secret', { ...EVENT, SecretId: undefined }, 'SecretId is absent'],
  ['the name of a secret', { ...EVENT, SecretId: 'orders' }, 'allowed is the complete ARN'],
  [
    'no token',
    { ...EVENT, ClientRequestToken: undefined },
    'ClientRequestToken is not a string of 32',
  ],
  [
    'a short token',
    { ...EVENT, ClientRequestToken: 'x'.repeat(31) },
    'ClientRequestToken is not a string of 32',
  ],
  [
    'a long token',
    { ...EVENT, ClientRequestToken: 'x'.repeat(65) },
    'ClientRequestToken is not a string of 32',
  ],
  ['an empty RotationToken', { ...EVENT, RotationToken: '' }, 'RotationToken is not a string'],
  ['a RotationToken of another type', { ...EVENT, RotationToken: {} }, 'RotationToken is not a'],
];

test.each(EVENTS)('an event with %s is invalid', async (_name, event, message) => {
  const lines: string[] = [];
  const handler = createHandler({ CLUSTERS_PATH: '/clusters' }, undefined, (line) => {
    lines.push(line);
  });
  await expect(handler(event)).rejects.toMatchObject({
    code: 'event_invalid',
    name: 'event_invalid',
    message: expect.stringContaining(message),
  });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', code: 'event_invalid' },
  ]);
});

const PATH = { CLUSTERS_PATH: '/redis-enterprise/clusters' };

const SETTINGS: [name: string, environment: Record<string, string>, message: string][] = [
  ['no path', {}, 'CLUSTERS_PATH is not set'],
  ['a path without a slash', { CLUSTERS_PATH: 'clusters' }, 'CLUSTERS_PATH is "clusters"'],
  ['a path that ends with a slash', { CLUSTERS_PATH: '/a/' }, 'CLUSTERS_PATH is "/a/"'],
  ['a negative overlap', { ...PATH, OVERLAP_SECONDS: '-1' }, 'whole number from 0 to 7776000'],
  ['an overlap over 90 days', { ...PATH, OVERLAP_SECONDS: '7776001' }, 'OVERLAP_SECONDS'],
  ['an overlap with a unit', { ...PATH, OVERLAP_SECONDS: '7d' }, 'OVERLAP_SECONDS is "7d"'],
  ['an empty overlap', { ...PATH, OVERLAP_SECONDS: '' }, 'OVERLAP_SECONDS is ""'],
  ['a short password', { ...PATH, PASSWORD_LENGTH: '15' }, 'PASSWORD_LENGTH is "15"'],
  ['a long password', { ...PATH, PASSWORD_LENGTH: '129' }, 'whole number from 16 to 128'],
  ['no digits left', { ...PATH, EXCLUDE_CHARACTERS: '0123456789' }, 'digits'],
  ['an exclusion in Greek', { ...PATH, EXCLUDE_CHARACTERS: 'α' }, 'printable ASCII'],
  [
    'verification turned off',
    { ...PATH, [TLS_SWITCH]: '0' },
    `${TLS_SWITCH} is set, allowed is: not`,
  ],
  [
    'verification left on',
    { ...PATH, [TLS_SWITCH]: '' },
    "set the cluster's ca-certificate instead",
  ],
  ['a timeout of 0', { ...PATH, FUNCTION_TIMEOUT_SECONDS: '0' }, 'from 1 to 900'],
];

test.each(
  SETTINGS,
)('an environment with %s stops the function at start-up', (_name, environment, message) => {
  const start = () => createHandler(environment);
  expect(start).toThrowError(expect.objectContaining({ code: 'setting_invalid' }));
  expect(start).toThrowError(message);
});

test('settings have the documented defaults', () => {
  expect(readSettings(PATH)).toEqual({
    clustersPath: '/redis-enterprise/clusters',
    overlapSeconds: 604_800,
    passwordLength: 32,
    excludeCharacters: ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~',
    functionTimeoutSeconds: 900,
  });
});

const PARAMETERS: [name: string, value: string][] = [
  ['api-endpoints', 'http://redis.test:8080'],
  ['api-endpoints', 'https://redis.test/v1'],
  ['api-endpoints', 'https://user:password@redis.test'],
  ['api-endpoints', 'redis.test:9443'],
  ['ca-certificate', 'not a certificate'],
  ['ca-certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ['server-name', 'https://redis.test'],
  ['server-name', '10.0.0.1'],
  ['admin-secret-arn', 'redis-enterprise/admin'],
  ['database-hosts', '*.redis.test'],
  ['ca-certifcate', 'a typing error'],
];

test.each(PARAMETERS)('a cluster parameter %s of %j is invalid', async (name, value) => {
  await using world = await openScenario({ database: 'built-in' });
  await putParameters(world, { [name]: value });
  const token = stageToken(world);
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining(`sandbox/${name}`),
  });
  expect(labels(world)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
});

test('a path without clusters is invalid', async () => {
  const settings = { CLUSTERS_PATH: '/nothing/here' };
  await using world = await openScenario({ settings, database: 'built-in' });
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_parameter_invalid' });
});
