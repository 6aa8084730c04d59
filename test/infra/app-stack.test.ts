import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { HOST, KEY, SECRET, USER, VPC, WITH_ADMIN } from './app-context.ts';
import { ADMIN, BILLING, CLIENT } from './rotation-template.ts';
import { ofType, policyStatements, synthesiseStack } from './template.ts';

const { cert: PEM } = await makeCertificate('redis.example.com');

// Mistakes that the context accepts and the construct rejects.
const LATE_MISTAKES: [key: string, context: Record<string, unknown>][] = [
  ['users.orders', { users: { orders: { ...USER, schedule: 'rate(1 day)' } } }],
  ['users.orders', { users: { orders: { ...USER, windowHours: 25 } } }],
  ['users.orders', { users: { orders: { ...USER, automaticallyAfterDays: 30 } } }],
  ['users.orders', { users: { orders: { ...USER, endpoints: [{ host: HOST, port: 0 }] } } }],
  ['users.orders', { users: { orders: { ...USER, endpoints: [] } } }],
  ['users.orders', { users: { orders: { ...USER, clusters: ['us'] } } }],
  [
    'users.orders',
    { users: { orders: { ...USER, secretArn: BILLING, encryptionKeyArn: KEY, secretName: 'x' } } },
  ],
  ['users.', { users: { '': USER } }],
  ['secrets.Billing', { secrets: { Billing: { arn: BILLING } } }],
  [
    'secrets.Billing',
    { users: { orders: USER }, secrets: { Billing: { ...SECRET, username: 'orders' } } },
  ],
  ['clusters, vpc or overlapHours', { overlapHours: 3_000 }],
  ['clusters, vpc or overlapHours', { clusters: { eu: { apiEndpoints: ['http://x'] } } }],
  ['clusters, vpc or overlapHours', { clusters: {} }],
];

test.each(
  LATE_MISTAKES,
)('the stack names the key of a mistake that the construct finds: %s', (key, context) => {
  const config = readConfig({ clusters: WITH_ADMIN, ...context });
  const build = () => synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(build).toThrow(`→ at ${key}`);
});

test('the stack creates no VPC endpoints by default', () => {
  const config = readConfig({ clusters: WITH_ADMIN, users: { orders: USER }, vpc: VPC });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toEqual([]);
});

/** Returns the template of a context in which every optional key is set. */
function withEverything() {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  const caCertificateFile = join(folder, 'ca.pem');
  writeFileSync(caCertificateFile, PEM);
  const client = { clientCertificateSecretArn: CLIENT, clientCertificateEncryptionKeyArn: KEY };
  const eu = { ...WITH_ADMIN.eu, ...client, caCertificateFile, adminEncryptionKeyArn: KEY };
  const config = readConfig({
    clusters: {
      eu: { ...eu, serverName: 'redis.example.com', databaseHosts: ['.example.com', '10.0.0.9'] },
    },
    users: {
      orders: {
        endpoints: [...USER.endpoints, { host: '10.0.0.9', port: 12_001 }],
        automaticallyAfterDays: 30,
        windowHours: 4,
        clusters: ['eu'],
        ssl: false,
        email: 'orders@example.com',
        login: 'admin',
        extraFields: { owner: 'team' },
        secretName: 'redis/orders',
        encryptionKeyArn: KEY,
      },
    },
    secrets: {
      Billing: {
        arn: BILLING,
        schedule: 'cron(0 3 ? * SUN *)',
        windowHours: 2,
        encryptionKeyArn: KEY,
      },
      euAdmin: { ...SECRET, arn: BILLING.replace('billing', 'carts'), rotateImmediately: false },
    },
    vpc: { ...VPC, vpcCidrBlock: '10.0.0.0/16', createVpcEndpoints: true },
    overlapHours: 24,
  });
  rmSync(folder, { recursive: true });
  return synthesiseStack((app) => new RotationStack(app, 'App', config));
}

const template = withEverything();

test('the template has the overlap, the VPC and its endpoints from the context', () => {
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
    Environment: { Variables: { OVERLAP_SECONDS: '86400' } },
    VpcConfig: { SubnetIds: VPC.privateSubnetIds },
  });
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toHaveLength(2);
});

test('the template has the parameters of the cluster from the context', () => {
  const parameters = ofType(template, 'AWS::SSM::Parameter').map(
    ({ Properties }) => Properties.Value,
  );
  expect(parameters).toEqual([
    'https://redis.example.com:9443',
    PEM,
    'redis.example.com',
    ADMIN,
    CLIENT,
    '.example.com,10.0.0.9',
    'eu',
  ]);
});

test('the template has the schedules of all secrets from the context', () => {
  const schedules = ofType(template, 'AWS::SecretsManager::RotationSchedule').map(
    ({ Properties }) => Properties,
  );
  expect(schedules.map(({ RotationRules }) => RotationRules)).toEqual([
    { Duration: '4h', ScheduleExpression: 'rate(30 days)' },
    { Duration: '2h', ScheduleExpression: 'cron(0 3 ? * SUN *)' },
    { ScheduleExpression: 'rate(7 days)' },
  ]);
  const immediately = schedules.map(({ RotateImmediatelyOnUpdate }) => RotateImmediatelyOnUpdate);
  expect(immediately).toEqual([true, true, false]);
});

test('the template has the secret of a user, and the permissions on keys, from the context', () => {
  const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
  expect(secret?.Properties).toMatchObject({ KmsKeyId: KEY, Name: 'redis/orders' });
  const [fields] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(JSON.parse(String(fields?.Properties.Fields))).toEqual({
    ...USER.endpoints[0],
    email: 'orders@example.com',
    login: 'admin',
    owner: 'team',
    ssl: false,
  });
  expect(fields?.Properties.Texts).toEqual({ endpoints: ['10.0.0.9:12001'], clusters: ['eu'] });
  const keyed = policyStatements(template).filter((one) => one.includes(`on ${KEY}`));
  expect(keyed).toHaveLength(2);
  for (const arn of [ADMIN, CLIENT]) expect(keyed.join()).toContain(arn);
});
