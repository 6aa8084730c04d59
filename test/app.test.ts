import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { FlowLogDestination, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { readConfig } from '../infra/app-config.ts';
import { RedisEnterpriseRotation } from '../infra/redis-enterprise-rotation.ts';

const TIMEOUT_MS = 60_000;

type Ended = { code: number | string | null | undefined; out: string };

const scratchFolder = () => mkdtempSync(join(tmpdir(), 'cdk-app-'));

/** Runs the CLI on the app; the function is built already, and other tests are reading it. */
async function cdk(...args: string[]): Promise<Ended> {
  const folder = scratchFolder();
  const options = ['--app', 'node infra/app.ts', '--output', folder, ...args];
  const ended = await new Promise<Ended>((resolve) => {
    execFile('node_modules/.bin/cdk', options, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out: out + err });
    });
  });
  rmSync(folder, { recursive: true });
  return ended;
}

test.concurrent(
  'the example synthesises offline, and the CLI finds nothing in it',
  async () => {
    const { code, out } = await cdk('validate', '--unstable=validate', '--no-online');
    expect(out).toContain('Validation did not find any problems.');
    expect(code).toBe(0);
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
const USER = { username: 'orders', host: 'db.example.com', port: 12_000, schedule: 'rate(7 days)' };
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-d4e5f6';

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
];

test.each(MISTAKES)('a mistake at %s of the context is named', (key, context) => {
  expect(() => readConfig((name) => context[name])).toThrow(`→ at ${key}`);
});

test('a context has defaults for all but the clusters', () => {
  const secrets = { Billing: { arn: ARN, schedule: 'rate(7 days)' } };
  const context: Record<string, unknown> = { clusters: CLUSTERS, secrets };
  expect(readConfig((name) => context[name])).toEqual({
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
    'secretsmanager:GetRandomPassword has no resource type; it reads and changes nothing',
  ],
  [
    'AwsSolutions-IAM5[Resource::*]',
    'AWS Lambda makes the network interfaces of a function, whose ids nobody knows before',
  ],
];

test('cdk-nag finds nothing in the construct but what is acknowledged with a reason', () => {
  const outdir = scratchFolder();
  const app = new App({ outdir });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
  const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false });
  vpc.addFlowLog('Flow', { destination: FlowLogDestination.toCloudWatchLogs() });
  const props = { clusters: CLUSTERS, vpc: vpc as IVpc, createVpcEndpoints: true };
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
