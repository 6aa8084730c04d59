import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Aspects, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import {
  AwsSolutionsChecks as AwsSolutions2,
  HIPAASecurityChecks as Hipaa2,
  NIST80053R5Checks as Nist2,
} from 'cdk-nag-2';
import { expect, test } from 'vitest';
import { nagApp } from './nag-app.ts';

/** Builds the app in a folder for `use`, and removes the folder. */
function withApp<T>(use: (app: App, checked: Stack, outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-nag-'));
  try {
    const { app, checked } = nagApp(outdir);
    return use(app, checked, outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

type Violation = { ruleName: string; violatingConstructs: { constructPath: string }[] };
type PluginReport = {
  pluginName: string;
  violations: Violation[];
  suppressedViolations: { ruleName: string; reason: string }[];
};

const PACKS = ['AwsSolutions', 'NIST.800.53.R5', 'HIPAA.Security'];

/** The acknowledged findings: the rule, and a part of the reason. */
const ACKNOWLEDGED: Record<string, string> = {
  'AwsSolutions-IAM5[Resource::*]': 'ids are unknown in advance',
  'AwsSolutions-EC23': 'the addresses of the VPC only',
  CloudWatchLogGroupEncrypted: 'the log has no password',
  EC2RestrictedCommonPorts: 'the addresses of the VPC only',
  EC2RestrictedSSH: 'the addresses of the VPC only',
  LambdaConcurrency: 'takes from the quota of the account',
  LambdaDLQ: 'again',
  LambdaInsideVPC: 'only calls AWS',
};

test('cdk-nag 3 finds only what the construct acknowledges with a reason', () => {
  const reports = withApp((app, _checked, outdir) => {
    const packs = [AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks];
    Validations.of(app).addPlugins(...packs.map((Pack) => new Pack(app)));
    // The stack around the construct has findings, which end the synthesis.
    expect(() => app.synth()).toThrow();
    const path = join(outdir, 'validation-report.json');
    return JSON.parse(readFileSync(path, 'utf8')).pluginReports as PluginReport[];
  });
  expect(reports.map(({ pluginName }) => pluginName)).toEqual(PACKS);
  const violations = reports.flatMap((report) => report.violations);
  expect(violations.length).toBeGreaterThan(0);
  const found = violations.flatMap(({ ruleName, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
  expect(found.filter((one) => !/ Around\//.test(one))).toEqual([]);
  const suppressed = reports.flatMap(({ suppressedViolations }) => suppressedViolations);
  const rules = new Set<string>();
  for (const { ruleName, reason } of suppressed) {
    const rule = ruleName.replace(/^(NIST\.800\.53\.R5|HIPAA\.Security)-/, '');
    expect(reason).toContain(ACKNOWLEDGED[rule] ?? `a reason for ${rule}`);
    rules.add(rule);
  }
  expect([...rules].sort()).toEqual(Object.keys(ACKNOWLEDGED).sort());
});

test('cdk-nag 2 finds only what the construct acknowledges', () => {
  const [messages, rules] = withApp((app, checked) => {
    for (const Pack of [AwsSolutions2, Nist2, Hipaa2]) {
      Aspects.of(checked).add(new Pack({ reports: false }));
    }
    const { messages, template } = app.synth().getStackByName('Checked');
    const ids = JSON.stringify(template).matchAll(/"id":"([^"]+)","reason"/g);
    return [messages.map(({ id, entry }) => `${id} ${entry.data}`), [...ids].map(([, id]) => id)];
  });
  expect(messages).toEqual([]);
  expect(rules).toContain('NIST.800.53.R5-LambdaDLQ');
});
