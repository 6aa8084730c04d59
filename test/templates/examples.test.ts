import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { TEMPLATES } from './all-templates.ts';
import type { Values } from './evaluate.ts';

type TemplateName = keyof typeof TEMPLATES;
type Json = Record<string, unknown>;

/** Expects parameters of a template: all that have no default, and values within constraints. */
function expectParameters(name: TemplateName, given: Json): void {
  const parameters = Object.entries(TEMPLATES[name].Parameters ?? {});
  const required = parameters.filter(([, { Default }]) => Default === undefined);
  expect(Object.keys(given)).toEqual(expect.arrayContaining(required.map(([key]) => key)));
  expect(parameters.map(([key]) => key)).toEqual(expect.arrayContaining(Object.keys(given)));
  for (const [key, { AllowedPattern = '' }] of parameters) {
    const value = given[key];
    // A reference has no value yet.
    if (typeof value !== 'string' || value.startsWith('$')) continue;
    expect(value, key).toMatch(new RegExp(AllowedPattern));
  }
}

const TERRAFORM = 'examples/terraform';

async function parseTerraform(): Promise<{ json: Record<string, Json>; text: string }> {
  const names = readdirSync(TERRAFORM).filter((name) => name.endsWith('.tf'));
  const text = names.map((name) => readFileSync(join(TERRAFORM, name), 'utf8')).join('\n');
  return { json: await parse('all.tf', text), text };
}

test('the example for Terraform creates stacks with parameters that the templates have', async () => {
  const { json } = await parseTerraform();
  const { aws_cloudformation_stack: stacks = {} } = json.resource as Record<string, Json>;
  type StackJson = { template_body: string; parameters: Json; capabilities?: string[] }[];
  const { rotation, user } = stacks as Record<'rotation' | 'user', StackJson>;
  expect(rotation[0]?.capabilities).toEqual(['CAPABILITY_IAM']);
  expect(rotation[0]?.template_body).toContain('/rotation.template.json');
  expect(user[0]?.template_body).toContain('/user.template.json');
  expectParameters('rotation', rotation[0]?.parameters ?? {});
  expectParameters('user', user[0]?.parameters ?? {});
});

test('the example for Terraform declares each variable, and each attribute of a variable', async () => {
  const { json, text } = await parseTerraform();
  const variables = json.variable as Record<string, { type: string }[]>;
  const used = new Set([...text.matchAll(/\bvar\.(\w+)/g)].map(([, name = '']) => name));
  expect([...used].sort()).toEqual(Object.keys(variables).sort());
  const attributes = [
    ...[...text.matchAll(/each\.value\.(\w+)/g)].map(([, name]) => ['users', name]),
    ...[...text.matchAll(/var\.cluster\.(\w+)/g)].map(([, name]) => ['cluster', name]),
  ];
  expect(attributes.length).toBeGreaterThan(0);
  for (const [name = '', attribute] of attributes) {
    expect(variables[name]?.[0]?.type).toMatch(new RegExp(`\\b${attribute}\\b`));
  }
});

test('the values of the example for Terraform are those of the guide', async () => {
  const values = readFileSync(join(TERRAFORM, 'terraform.tfvars.example'), 'utf8');
  const parsed = await parse('terraform.tfvars', values);
  const variables = (await parseTerraform()).json.variable;
  expect(Object.keys(variables ?? {})).toEqual(expect.arrayContaining(Object.keys(parsed)));
  const guide = readFileSync('docs/guides/terraform.md', 'utf8');
  expect(guide).toContain(values.slice(values.indexOf('cluster =')));
});

test('the example for Terraform never writes the value of a secret', async () => {
  const { json } = await parseTerraform();
  expect(Object.keys(json.resource ?? {}).sort()).toEqual([
    'aws_cloudformation_stack',
    'aws_s3_object',
  ]);
});

const PYTHON = JSON.parse(readFileSync('examples/python-cdk/cdk.json', 'utf8')).context as {
  cluster: Values;
  users: Record<string, Json>;
};

test('the parameters of the example for Python are parameters of the templates', () => {
  const code = readFileSync('examples/python-cdk/app.py', 'utf8');
  const rotation = { CodeBucket: 'code', CodePrefix: 'redis/', UserCount: 3, ...PYTHON.cluster };
  for (const name of Object.keys(rotation)) {
    if (!(name in PYTHON.cluster)) expect(code).toContain(`"${name}": `);
  }
  expectParameters('rotation', rotation);
  for (const [Username, user] of Object.entries(PYTHON.users)) {
    expectParameters('user', { RotationStack: 'redis', Username, ...user });
  }
});

test('CfnInclude, which every language of the CDK has, includes the templates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'include-'));
  try {
    const templateFile = join(folder, 'user.template.json');
    writeFileSync(templateFile, JSON.stringify(TEMPLATES.user));
    const given = { builtinCloudFormationValidation: false, analyticsReporting: false };
    const app = new App({ outdir: join(folder, 'out'), ...given });
    for (const [Username, user] of Object.entries(PYTHON.users)) {
      const parameters = { RotationStack: 'redis', Username, ...user };
      new CfnInclude(new Stack(app, Username), 'Template', { templateFile, parameters });
    }
    const { template } = app.synth().getStackByName('orders');
    const { Name } = template.Resources.UserSecret.Properties;
    expect(JSON.stringify(Name)).toContain('"orders"');
    expect(Object.keys(template.Resources)).toEqual(Object.keys(TEMPLATES.user.Resources));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the example for SAM gives each application parameters that its template has', () => {
  const customTags = ['!Ref', '!GetAtt'].map((tag) => ({
    tag,
    resolve: (text: string) => `$${text}`,
  }));
  const text = readFileSync('examples/sam/template.yaml', 'utf8');
  const { Resources } = parseYaml(text, { customTags }) as {
    Resources: Record<string, { Properties: { Location: string; Parameters: Json } }>;
  };
  const applications = Object.values(Resources).map(({ Properties }) => Properties);
  const names = applications.map(({ Location }) => /(\w+)\.template\.json$/.exec(Location)?.[1]);
  expect(names).toEqual(['rotation', 'user', 'user', 'user']);
  for (const [index, { Parameters }] of applications.entries()) {
    expectParameters(names[index] as TemplateName, Parameters);
  }
  expect(applications[0]?.Parameters.UserCount).toBe('3');
});

test.each([
  'rotation',
  'user',
] as const)('the page for the console names %s and its steps', (name) => {
  const page = readFileSync('examples/console.md', 'utf8');
  expect(page).toContain(`${name}.template.json`);
  expect(page.match(/^\d\. /gm)).toHaveLength(6);
  expect(Object.keys(TEMPLATES.user.Outputs ?? {})).toContain('CommandsPreflightEvent');
  expect(page).toContain('`CommandsPreflightEvent`');
});
