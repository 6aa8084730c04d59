import { Token } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import type { AdoptDefaultUserProps } from '../../infra/construct/props/default-user-props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { HOST, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { ofType, synthesise, type Template } from './template.ts';

const { schedule } = ORDERS;
const DATABASE = { host: HOST, port: 12_000 };
const TAG = `default@${HOST}:12000`;

const adopt = (...all: AdoptDefaultUserProps[]): Template =>
  withRotation(undefined, (rotation) => {
    for (const props of all) rotation.adoptDefaultUser(props);
  });

const secretsOf = (template: Template) =>
  ofType(template, 'AWS::SecretsManager::Secret').map(({ Properties }) => Properties);

test('the secret of a default user is empty, tagged with its database, and rotated', () => {
  const template = adopt({ database: DATABASE, schedule });
  expect(secretsOf(template)[1]).toEqual({
    Description: 'Password of the Redis Enterprise user default',
    Tags: [{ Key: 'redis-enterprise-rotation:user', Value: TAG }],
  });
  const [, fields] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(JSON.parse(String(fields?.Properties.Fields))).toEqual(DATABASE);
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(2);
});

test('each database has a default user of its own', () => {
  const template = adopt(
    { database: DATABASE, schedule },
    { database: { ...DATABASE, port: 12_001 }, schedule },
  );
  const tags = JSON.stringify(secretsOf(template).map(({ Tags }) => Tags));
  const values = [...tags.matchAll(/"Value":"([^"]+)"/g)].map(([, value]) => value);
  expect(values).toEqual(['orders', TAG, `default@${HOST}:12001`]);
});

test('a host that matches two clusters equally fails, also if the user names one of them', () => {
  const build = (...databaseHosts: string[]) =>
    synthesise((stack) => {
      const { clusters } = propsOf(stack);
      const us = { ...clusters?.eu, apiEndpoints: ['https://us.example.com:9443'], databaseHosts };
      const rotation = new RedisEnterpriseRotation(stack, 'R', { clusters: { ...clusters, us } });
      rotation.adoptDefaultUser({ database: DATABASE, schedule, clusters: ['eu'] });
    });
  expect(() => build('.redis.eu.example.com')).toThrow(
    `host of user '${TAG}' must be one of its clusters' databaseHosts, got '${HOST}', ` +
      'which is of eu and us; hint: give each cluster databaseHosts of its own',
  );
  expect(() => build('.eu.example.com')).not.toThrow();
  expect(() => build(HOST)).toThrow('which is of us; hint: leave clusters out');
});

test('a second secret of one default user fails', () => {
  const twice = () => adopt({ database: DATABASE, schedule }, { database: DATABASE, schedule });
  expect(twice).toThrow(`username '${TAG}' must have one secret`);
});

test('a second secret of one default user fails, also if the case of the host differs', () => {
  const database = { ...DATABASE, host: HOST.toUpperCase() };
  const twice = () => adopt({ database: DATABASE, schedule }, { database, schedule });
  expect(twice).toThrow(`username '${TAG}' must have one secret`);
});

test.each([
  ['a host that is a token', { ...DATABASE, host: Token.asString({ Ref: 'Host' }) }],
  ['a port that is a token', { ...DATABASE, port: Token.asNumber({ Ref: 'Port' }) }],
])('%s fails, because the tag follows it', (_what, database) => {
  expect(() => adopt({ database, schedule })).toThrow('database must be known at synthesis');
});

test.each([
  ['a host of no cluster', { database: { ...DATABASE, host: 'redis.example.net' } }, 'host of'],
  ['an invalid port', { database: { ...DATABASE, port: 0 } }, 'port of'],
])('%s fails', (_what, props, message) => {
  expect(() => adopt({ schedule, ...props })).toThrow(message);
});

test('adoptUser names adoptDefaultUser if the username is default', () => {
  const add = () =>
    withRotation(undefined, (rotation) => rotation.adoptUser({ ...ORDERS, username: 'default' }));
  expect(add).toThrow('use adoptDefaultUser');
});
