import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
