import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { environmentOf } from '../../infra/app/config-environment.ts';
import { CLUSTERS, HOST, KEY, SECRET, USER, VPC, WITH_ADMIN } from './app-context.ts';
import { BILLING } from './rotation-template.ts';

const MISTAKES: [key: string, context: Record<string, unknown>][] = [
  ['clusters', {}],
  ['clusters.eu.apiEndpoints', { clusters: { eu: {} } }],
  ['clusters.eu.adminSecretArn', { clusters: { eu: { ...CLUSTERS.eu, adminSecretArn: 'admin' } } }],
  [
    'clusters.eu.caCertificateFile',
    { clusters: { eu: { ...CLUSTERS.eu, caCertificateFile: '/no' } } },
  ],
  ['clusters.eu', { clusters: { eu: { ...CLUSTERS.eu, apiEndpoint: 'a typing error' } } }],
  ['users.orders.endpoints', { clusters: CLUSTERS, users: { orders: { schedule: 'x' } } }],
  [
    'users.orders.endpoints[0].port',
    { clusters: CLUSTERS, users: { orders: { endpoints: [{ host: HOST, port: 'x' }] } } },
  ],
  [
    'users.orders.secretName',
    { clusters: CLUSTERS, users: { orders: { ...USER, secretName: '' } } },
  ],
  ['users.orders.login', { clusters: CLUSTERS, users: { orders: { ...USER, login: 'self' } } }],
  ['secrets.Billing.arn', { clusters: CLUSTERS, secrets: { Billing: { arn: 'billing' } } }],
  ['vpc.vpcId', { clusters: CLUSTERS, vpc: {} }],
  ['stackName', { clusters: CLUSTERS, stackName: '1' }],
  ['overlapHours', { clusters: CLUSTERS, overlapHours: '' }],
  ['overlapHours', { clusters: CLUSTERS, overlapHours: null }],
  [
    'clusters.eu.caCertificateFile',
    { clusters: { eu: { ...CLUSTERS.eu, caCertificateFile: '/' } } },
  ],
  [
    'clusters.eu.adminEncryptionKeyArn',
    { clusters: { eu: { ...CLUSTERS.eu, adminEncryptionKeyArn: 'alias/admin' } } },
  ],
  [
    'secrets.Billing.arn',
    {
      clusters: CLUSTERS,
      secrets: { Billing: { ...SECRET, arn: BILLING.replace('-d4e5f6', '') } },
    },
  ],
  [
    'clusters.eu.adminSecretArn',
    { clusters: { eu: { ...CLUSTERS.eu, adminEncryptionKeyArn: KEY } } },
  ],
  [
    'clusters.eu.clientCertificateSecretArn',
    { clusters: { eu: { ...CLUSTERS.eu, clientCertificateEncryptionKeyArn: KEY } } },
  ],
  ['vpc.vpcCidrBlock', { clusters: CLUSTERS, vpc: { ...VPC, createVpcEndpoints: true } }],
];

test.each(MISTAKES)('the context names the key of a mistake: %s', (key, context) => {
  expect(() => readConfig(context)).toThrow(`→ at ${key}`);
});

test('the context says what is allowed for a port', () => {
  for (const port of [undefined, 'x', -1]) {
    const users = { orders: { ...USER, endpoints: [{ host: HOST, port }] } };
    expect(() => readConfig({ clusters: CLUSTERS, users })).toThrow(
      '✖ allowed is a number, 0 or more\n  → at users.orders.endpoints[0].port',
    );
  }
});

test('the context takes account and region from its ARNs, which must agree', () => {
  const own = readConfig({ clusters: WITH_ADMIN, secrets: { Billing: SECRET } });
  expect(environmentOf(own)).toEqual({ account: '123456789012', region: 'eu-west-1' });
  expect(environmentOf(readConfig({ clusters: CLUSTERS }))).toEqual({});
  const arn = BILLING.replace('eu-west-1', 'us-east-1');
  const mixed = readConfig({ clusters: WITH_ADMIN, secrets: { Billing: { ...SECRET, arn } } });
  expect(() => environmentOf(mixed)).toThrow('eu-west-1 123456789012, us-east-1 123456789012');
});

test('the context rejects unknown keys except those of CDK', () => {
  expect(() => readConfig({ clusters: CLUSTERS, user: {} })).toThrow(
    'unknown key user; allowed are stackName, clusters, users, defaultUsers, secrets, vpc, ' +
      'overlapHours',
  );
  const users = { orders: { ...USER, host: HOST, fields: {} } };
  expect(() => readConfig({ clusters: CLUSTERS, users })).toThrow(
    'unknown key host, fields; allowed are schedule, automaticallyAfterDays, windowHours, ' +
      'clusters, ssl, login, extraFields, secretName, secretArn, encryptionKeyArn, endpoints, ' +
      'email\n  → at users.orders',
  );
  const ofCdk = { '@aws-cdk/core:x': true, 'vpc-provider:x': {}, 'aws:cdk:x': 1, 'a-b': 1 };
  expect(readConfig({ clusters: CLUSTERS, ...ofCdk }).overlapHours).toBe(168);
});

test('the context needs the clusters only', () => {
  const secrets = { Billing: SECRET };
  expect(readConfig({ clusters: CLUSTERS, secrets })).toEqual({
    clusters: CLUSTERS,
    secrets,
    users: {},
    defaultUsers: {},
    overlapHours: 168,
    stackName: 'RedisEnterpriseRotation',
  });
});
