import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeTemplates } from '../../infra/build/templates.ts';
import { TEMPLATES } from './all-templates.ts';

// The largest template that an API call, and so Terraform's template_body, may contain.
const BODY_MAX_BYTES = 51_200;

function written() {
  const folder = mkdtempSync(join(tmpdir(), 'templates-test-'));
  try {
    writeTemplates(folder);
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]);
    return Object.fromEntries(files) as Record<string, Buffer>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('each zip file has the hash of its content in its name, and the template names it', () => {
  const files = written();
  const zips = Object.keys(files).filter((name) => name.endsWith('.zip'));
  expect(zips.map((name) => name.replace(/-.*/, '')).sort()).toEqual(['fields', 'function']);
  for (const name of zips) {
    const hash = createHash('sha256')
      .update(files[name] ?? '')
      .digest('hex');
    expect(name).toMatch(new RegExp(`^\\w+-${hash.slice(0, 16)}\\.zip$`));
    expect(String(files['rotation.template.json'])).toContain(name);
  }
});

test('each template is small enough for a call of CloudFormation, without a bucket', () => {
  const files = Object.entries(written()).filter(([name]) => name.endsWith('.template.json'));
  expect(files.map(([name]) => name)).toEqual([
    'cluster.template.json',
    'rotation.template.json',
    'user.template.json',
  ]);
  for (const [name, text] of files) expect(text.length, name).toBeLessThan(BODY_MAX_BYTES);
});

type Interface = {
  ParameterGroups: { Parameters: string[] }[];
  ParameterLabels: Record<string, { default: string }>;
};

test.each(Object.entries(TEMPLATES))('the console shows every parameter of %s', (_, body) => {
  const { Metadata } = body as unknown as { Metadata: Record<string, Interface> };
  const shown = Metadata['AWS::CloudFormation::Interface'];
  const names = Object.keys(body.Parameters ?? {});
  expect(shown?.ParameterGroups.flatMap(({ Parameters }) => Parameters)).toEqual(names);
  expect(Object.keys(shown?.ParameterLabels ?? {})).toEqual(names);
});

test.each(Object.entries(TEMPLATES))('%s needs no bootstrap and no assets', (_, body) => {
  expect(JSON.stringify(body)).not.toMatch(/cdk-hnb659fds|BootstrapVersion|AssetParameters/);
});

test.each(['user', 'cluster'] as const)('%s imports only what rotation exports', (name) => {
  const imports = JSON.stringify(TEMPLATES[name]).matchAll(
    /"Fn::ImportValue":\{"Fn::Join":\["",\[\{"Ref":"RotationStack"\},"-(\w+)"\]\]\}/g,
  );
  const exported = Object.keys(TEMPLATES.rotation.Outputs ?? {});
  const names = new Set([...imports].map(([, output]) => output));
  expect(names.size).toBeGreaterThan(0);
  expect(exported).toEqual(expect.arrayContaining([...names]));
});

test('the template of a user needs no permission to create roles', () => {
  const types = Object.values(TEMPLATES.user.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => type.startsWith('AWS::IAM::'))).toEqual([]);
});
