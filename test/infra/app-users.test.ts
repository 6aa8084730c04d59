import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { CLUSTERS, HOST, KEY, USER, WITH_ADMIN } from './app-context.ts';
import { BILLING } from './rotation-template.ts';
import { ofType, policyStatements, synthesiseStack } from './template.ts';

test('a user may take a kept secret back, with its key', () => {
  const kept = { ...USER, secretArn: BILLING, encryptionKeyArn: KEY };
  const config = readConfig({ clusters: WITH_ADMIN, users: { billing: kept } });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(ofType(template, 'AWS::SecretsManager::Secret')).toEqual([]);
  const [fields] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(fields?.Properties.SecretId).toBe(BILLING);
  expect(policyStatements(template).join()).toContain(`kms:GenerateDataKey on ${KEY}`);
});

test('the default user of a database is adopted by its endpoint', () => {
  const { schedule } = USER;
  const defaultUsers = { [`${HOST}:12000`]: { schedule, extraFields: { team: 'orders' } } };
  const config = readConfig({ clusters: WITH_ADMIN, defaultUsers });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
  const [tag] = [secret?.Properties.Tags].flat();
  expect(tag).toMatchObject({ Value: `default@${HOST}:12000` });
  const [fields] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  const written = JSON.parse(String(fields?.Properties.Fields));
  expect(written).toEqual({ team: 'orders', host: HOST, port: 12_000 });
});

test('a default user without a port is invalid', () => {
  const defaultUsers = { [HOST]: { schedule: USER.schedule } };
  const read = () => readConfig({ clusters: WITH_ADMIN, defaultUsers });
  expect(read).toThrow('allowed are keys host:port');
});

test.each([
  [
    { secrets: { Billing: { arn: BILLING } } },
    'exactly one of automaticallyAfterDays and schedule',
  ],
  [{ clusters: CLUSTERS, users: { orders: USER } }, 'has no adminSecretArn, and no client'],
  [{ clusters: CLUSTERS, users: { orders: USER } }, 'password into a secret and use secrets'],
])('an error of the construct speaks of the keys in cdk.json: %j', (context, error) => {
  const build = () => {
    const config = readConfig({ clusters: WITH_ADMIN, ...context });
    return synthesiseStack((app) => new RotationStack(app, 'App', config));
  };
  expect(build).toThrow(error);
});
