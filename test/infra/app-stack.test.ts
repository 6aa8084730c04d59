import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { CLUSTERS, KEY, SECRET, USER, VPC, WITH_ADMIN } from './app-context.ts';
import { ADMIN, BILLING, CLIENT } from './rotation-template.ts';
import { ofType, policyStatements, synthesiseStack } from './template.ts';

const { cert: PEM } = await makeCertificate('redis.example.com');

// Mistakes that the context accepts and the construct rejects.
const LATE_MISTAKES: [key: string, context: Record<string, unknown>][] = [
  ['users.Orders', { users: { Orders: { ...USER, schedule: 'daily' } } }],
  ['users.Orders', { users: { Orders: { ...USER, windowHours: 25 } } }],
  ['users.Orders', { users: { Orders: { ...USER, port: 0 } } }],
  ['secrets.Billing', { secrets: { Billing: { arn: BILLING, schedule: 'daily' } } }],
  ['secrets.Orders', { users: { Orders: USER }, secrets: { Orders: SECRET } }],
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

test.each([
  [undefined, false],
  [['eu'], false],
  [['us'], true],
])('a second secret of a user on eu, with clusters %j, is valid: %s', (names, isAccepted) => {
  const users = { Orders: { ...USER, fields: { clusters: ['eu'] } } };
  const Second = { ...SECRET, username: USER.username, ...(names && { clusters: names }) };
  const clusters = { ...WITH_ADMIN, us: CLUSTERS.eu };
  const config = readConfig({ clusters, users, secrets: { Second } });
  const build = () => synthesiseStack((app) => new RotationStack(app, 'App', config));
  if (isAccepted) expect(build).not.toThrow();
  else expect(build).toThrow("user 'orders' already has a secret 'Orders' on cluster 'eu'");
});

test('the stack creates no VPC endpoints by default', () => {
  const config = readConfig({ clusters: WITH_ADMIN, users: { Orders: USER }, vpc: VPC });
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
    clusters: { eu: { ...eu, serverName: 'redis.example.com', databaseHosts: ['.example.com'] } },
    users: { Orders: { ...USER, fields: { ssl: false }, encryptionKeyArn: KEY } },
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
    '.example.com',
    'eu',
  ]);
});

test('the template has the schedules of all secrets from the context', () => {
  const schedules = ofType(template, 'AWS::SecretsManager::RotationSchedule').map(
    ({ Properties }) => Properties,
  );
  expect(schedules.map(({ RotationRules }) => RotationRules)).toEqual([
    { ScheduleExpression: 'rate(7 days)' },
    { Duration: '2h', ScheduleExpression: 'cron(0 3 ? * SUN *)' },
    { ScheduleExpression: 'rate(7 days)' },
  ]);
  const immediately = schedules.map(({ RotateImmediatelyOnUpdate }) => RotateImmediatelyOnUpdate);
  expect(immediately).toEqual([true, true, false]);
});

test('the template has the secret of a user, and the permissions on keys, from the context', () => {
  const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
  expect(secret?.Properties).toMatchObject({ KmsKeyId: KEY });
  expect(JSON.parse(String(secret?.Properties.SecretString))).toMatchObject({ ssl: false });
  const keyed = policyStatements(template).filter((one) => one.includes(`on ${KEY}`));
  expect(keyed).toHaveLength(2);
  for (const arn of [ADMIN, CLIENT]) expect(keyed.join()).toContain(arn);
});
