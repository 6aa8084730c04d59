import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { FlowLogDestination, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { CLUSTERS, USER } from './app-context.ts';
import { ADMIN } from './rotation-template.ts';

const TIMEOUT_MS = 60_000;

type Ended = { code: number | string | null | undefined; out: string; report: string };

/** Runs the CDK CLI on the app without a build, because other tests read the built function. */
async function cdk(...args: string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-app-'));
  const command = ['--app', 'node infra/app.ts', '--output', folder, ...args];
  const env = { ...process.env, CDK_VALIDATION: 'true' };
  const ended = await new Promise<Omit<Ended, 'report'>>((resolve) => {
    execFile('node_modules/.bin/cdk', command, { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out: out + err });
    });
  });
  const path = join(folder, 'validation-report.json');
  const report = existsSync(path) ? readFileSync(path, 'utf8') : '';
  rmSync(folder, { recursive: true });
  return { ...ended, report };
}

test.concurrent(
  'the example of cdk.json synthesises offline and passes cdk validate',
  async () => {
    const { code, out, report } = await cdk('validate', '--unstable=validate', '--no-online');
    expect(out).toContain('Validation did not find any problems.');
    expect(code).toBe(0);
    // The example has no VPC, so cdk-nag has not even acknowledged findings.
    expect(JSON.parse(report).pluginReports).toEqual([]);
  },
  TIMEOUT_MS,
);

test.concurrent(
  'the app names the key of a mistake in cdk.json and prints no stack',
  async () => {
    const { code, out } = await cdk('synth', '--quiet', '--context', 'overlapHours=a-week');
    expect(out).toContain('→ at overlapHours');
    expect(out).not.toContain('at readConfig');
    expect(code).toBe(1);
  },
  TIMEOUT_MS,
);

/** The acknowledged findings of cdk-nag: the rule and the exact reason. */
const ACKNOWLEDGED = [
  [
    'AwsSolutions-IAM5[Resource::*]',
    'AWS Lambda creates the network interfaces, whose ids are unknown in advance',
  ],
  ...Array.from({ length: 2 }, () => [
    'AwsSolutions-EC23',
    'access is open to the addresses of the VPC only, which may be unknown at synthesis',
  ]),
];

test('cdk-nag finds only what the construct acknowledges with a reason', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-nag-'));
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
  rotation.adoptUser({ ...USER, username: 'orders', encryptionKey });
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
