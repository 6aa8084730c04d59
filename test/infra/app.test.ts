import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { FlowLogDestination, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { environmentOf, readConfig } from '../../infra/app/app-config.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { ofType, statements, synthesiseStack } from './template.ts';

const TIMEOUT_MS = 60_000;

type Ended = { code: number | string | null | undefined; out: string; report: string };

const scratchFolder = () => mkdtempSync(join(tmpdir(), 'cdk-app-'));

/** Runs the CLI on the app; the function is built already, and other tests are reading it. */
async function cdk(...args: string[]): Promise<Ended> {
  const folder = scratchFolder();
  const options = ['--app', 'node infra/app.ts', '--output', folder, ...args];
  const ended = await new Promise<Omit<Ended, 'report'>>((resolve) => {
    execFile('node_modules/.bin/cdk', options, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out: out + err });
    });
  });
  const path = join(folder, 'validation-report.json');
  const report = existsSync(path) ? readFileSync(path, 'utf8') : '';
  rmSync(folder, { recursive: true });
  return { ...ended, report };
}

test.concurrent(
  'the example synthesises offline, and the CLI finds nothing in it',
  async () => {
    const { code, out, report } = await cdk('validate', '--unstable=validate', '--no-online');
    expect(out).toContain('Validation did not find any problems.');
    expect(code).toBe(0);
    // cdk-nag reports nothing, not even a finding that is acknowledged: this app has no VPC.
    expect(JSON.parse(report).pluginReports).toEqual([]);
  },
  TIMEOUT_MS,
);

test.concurrent(
  'a mistake in cdk.json is named by its key, without a stack',
  async () => {
    const { code, out } = await cdk('synth', '--quiet', '--context', 'overlapHours=a-week');
    expect(out).toContain('→ at overlapHours');
    expect(out).not.toContain('at readConfig');
    expect(code).toBe(1);
  },
  TIMEOUT_MS,
);

const CLUSTERS = { eu: { apiEndpoints: ['https://redis.example.com:9443'] } };
const USER = {
  username: 'orders',
  host: 'db.redis.example.com',
  port: 12_000,
  schedule: 'rate(7 days)',
};
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-d4e5f6';
const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
const CLIENT = ADMIN.replace('admin-a1b2c3', 'client-c7d8e9');
const WITH_ADMIN = { eu: { ...CLUSTERS.eu, adminSecretArn: ADMIN } };
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
const VPC = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
};
const SECRET = { arn: ARN, schedule: 'rate(7 days)' };
const { cert: PEM } = await makeCertificate('redis.example.com');

const MISTAKES: [key: string, context: Record<string, unknown>][] = [
  ['clusters', {}],
  ['clusters.eu.apiEndpoints', { clusters: { eu: {} } }],
  ['clusters.eu.adminSecretArn', { clusters: { eu: { ...CLUSTERS.eu, adminSecretArn: 'admin' } } }],
  [
    'clusters.eu.caCertificateFile',
    { clusters: { eu: { ...CLUSTERS.eu, caCertificateFile: '/no' } } },
  ],
  ['clusters.eu', { clusters: { eu: { ...CLUSTERS.eu, apiEndpoint: 'a typing error' } } }],
  ['users.Orders.port', { clusters: CLUSTERS, users: { Orders: { ...USER, port: 'x' } } }],
  ['users.Orders.username', { clusters: CLUSTERS, users: { Orders: { ...USER, username: '' } } }],
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
    { clusters: CLUSTERS, secrets: { Billing: { ...SECRET, arn: ARN.replace('-d4e5f6', '') } } },
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

test.each(MISTAKES)('a mistake at %s of the context is named', (key, context) => {
  expect(() => readConfig(context)).toThrow(`→ at ${key}`);
});

test('all ARNs of a context are of the one account and region that is deployed to', () => {
  const own = readConfig({ clusters: WITH_ADMIN, secrets: { Billing: SECRET } });
  expect(environmentOf(own)).toEqual({ account: '123456789012', region: 'eu-west-1' });
  expect(environmentOf(readConfig({ clusters: CLUSTERS }))).toEqual({});
  const arn = ARN.replace('eu-west-1', 'us-east-1');
  const mixed = readConfig({ clusters: WITH_ADMIN, secrets: { Billing: { ...SECRET, arn } } });
  expect(() => environmentOf(mixed)).toThrow('eu-west-1 123456789012, us-east-1 123456789012');
});

test('a key that the app does not know is refused, but for those of CDK', () => {
  expect(() => readConfig({ clusters: CLUSTERS, user: {} })).toThrow('Unrecognized key: "user"');
  const ofCdk = { '@aws-cdk/core:x': true, 'vpc-provider:x': {}, 'aws:cdk:x': 1, 'a-b': 1 };
  expect(readConfig({ clusters: CLUSTERS, ...ofCdk }).overlapHours).toBe(168);
});

// What the construct alone finds.
const LATE_MISTAKES: [key: string, context: Record<string, unknown>][] = [
  ['users.Orders', { users: { Orders: { ...USER, schedule: 'daily' } } }],
  ['users.Orders', { users: { Orders: { ...USER, windowHours: 25 } } }],
  ['users.Orders', { users: { Orders: { ...USER, port: 0 } } }],
  ['secrets.Billing', { secrets: { Billing: { arn: ARN, schedule: 'daily' } } }],
  ['secrets.Orders', { users: { Orders: USER }, secrets: { Orders: SECRET } }],
  ['clusters, vpc or overlapHours', { overlapHours: 3_000 }],
  ['clusters, vpc or overlapHours', { clusters: { eu: { apiEndpoints: ['http://x'] } } }],
  ['clusters, vpc or overlapHours', { clusters: {} }],
];

test.each(
  LATE_MISTAKES,
)('a mistake that only the construct finds at %s is named', (key, context) => {
  const config = readConfig({ clusters: WITH_ADMIN, ...context });
  const build = () => synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(build).toThrow(`→ at ${key}`);
});

test.each([
  [undefined, false],
  [['eu'], false],
  [['us'], true],
])('a second secret of a user of the cluster eu, with the clusters %j, is accepted: %s', (names, isAccepted) => {
  const users = { Orders: { ...USER, fields: { clusters: ['eu'] } } };
  const Second = { ...SECRET, username: USER.username, ...(names && { clusters: names }) };
  const clusters = { ...WITH_ADMIN, us: CLUSTERS.eu };
  const config = readConfig({ clusters, users, secrets: { Second } });
  const build = () => synthesiseStack((app) => new RotationStack(app, 'App', config));
  if (isAccepted) expect(build).not.toThrow();
  else expect(build).toThrow("user 'orders' already has a secret 'Orders' on cluster 'eu'");
});

test('endpoints, which take names in the whole VPC, are made only where they are asked for', () => {
  const config = readConfig({ clusters: WITH_ADMIN, users: { Orders: USER }, vpc: VPC });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toEqual([]);
});

test('everything in the context is in the template', () => {
  const folder = scratchFolder();
  const caCertificateFile = join(folder, 'ca.pem');
  writeFileSync(caCertificateFile, PEM);
  const client = { clientCertificateSecretArn: CLIENT, clientCertificateEncryptionKeyArn: KEY };
  const eu = { ...WITH_ADMIN.eu, ...client, caCertificateFile, adminEncryptionKeyArn: KEY };
  const config = readConfig({
    clusters: { eu: { ...eu, serverName: 'redis.example.com', databaseHosts: ['.example.com'] } },
    users: { Orders: { ...USER, fields: { ssl: false }, encryptionKeyArn: KEY } },
    secrets: {
      Billing: { arn: ARN, schedule: 'cron(0 3 ? * SUN *)', windowHours: 2, encryptionKeyArn: KEY },
      euAdmin: { ...SECRET, arn: ARN.replace('billing', 'carts'), rotateImmediately: false },
    },
    vpc: { ...VPC, vpcCidrBlock: '10.0.0.0/16', createVpcEndpoints: true },
    overlapHours: 24,
  });
  rmSync(folder, { recursive: true });
  const template = synthesiseStack((app) => new RotationStack(app, 'App', config));
  const [fn] = ofType(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  expect(fn).toMatchObject({
    Environment: { Variables: { OVERLAP_SECONDS: '86400' } },
    VpcConfig: { SubnetIds: VPC.privateSubnetIds },
  });
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
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toHaveLength(2);
  const rules = ofType(template, 'AWS::SecretsManager::RotationSchedule').map(
    ({ Properties }) => Properties.RotationRules,
  );
  expect(rules).toEqual([
    { ScheduleExpression: 'rate(7 days)' },
    { Duration: '2h', ScheduleExpression: 'cron(0 3 ? * SUN *)' },
    { ScheduleExpression: 'rate(7 days)' },
  ]);
  const atOnce = ofType(template, 'AWS::SecretsManager::RotationSchedule').map(
    ({ Properties }) => Properties.RotateImmediatelyOnUpdate,
  );
  expect(atOnce).toEqual([true, true, false]);
  const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
  expect(secret?.Properties).toMatchObject({ KmsKeyId: KEY });
  expect(JSON.parse(String(secret?.Properties.SecretString))).toMatchObject({ ssl: false });
  const keyed = statements(template).filter((one) => one.includes(`on ${KEY}`));
  expect(keyed).toHaveLength(2);
  for (const arn of [ADMIN, CLIENT]) expect(keyed.join()).toContain(arn);
});

test('a context has defaults for all but the clusters', () => {
  const secrets = { Billing: SECRET };
  expect(readConfig({ clusters: CLUSTERS, secrets })).toEqual({
    clusters: CLUSTERS,
    secrets,
    users: {},
    overlapHours: 168,
    stackName: 'RedisEnterpriseRotation',
  });
});

/** The findings of cdk-nag that are acknowledged: the rule and, word for word, the reason. */
const ACKNOWLEDGED = [
  [
    'AwsSolutions-IAM5[Resource::*]',
    'AWS Lambda makes the network interfaces of a function, whose ids nobody knows before',
  ],
  ...Array.from({ length: 2 }, () => [
    'AwsSolutions-EC23',
    "the only way in is from the VPC's own addresses, which may be known at deployment",
  ]),
];

test('cdk-nag finds nothing in the construct but what is acknowledged with a reason', () => {
  const outdir = scratchFolder();
  const app = new App({ outdir });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
  const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false });
  vpc.addFlowLog('Flow', { destination: FlowLogDestination.toCloudWatchLogs() });
  const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN);
  const clusters = { eu: { ...CLUSTERS.eu, adminSecret } };
  const props = { clusters, vpc: vpc as IVpc, createVpcEndpoints: true };
  const rotation = new RedisEnterpriseRotation(stack, 'Rotation', props);
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  rotation.adoptUser('Orders', { ...USER, encryptionKey });
  app.synth();
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  rmSync(outdir, { recursive: true });
  const [{ pluginName, violations, suppressedViolations }] = report.pluginReports;
  expect([pluginName, violations]).toEqual(['AwsSolutions', []]);
  const found: { ruleName: string; reason: string }[] = suppressedViolations;
  expect(found.map(({ ruleName, reason }) => [ruleName, reason])).toEqual(
    expect.arrayContaining(ACKNOWLEDGED),
  );
  expect(found).toHaveLength(ACKNOWLEDGED.length);
});
