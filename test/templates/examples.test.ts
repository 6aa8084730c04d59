import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ROTATION_VALUES, TEMPLATES } from './all-templates.ts';
import { evaluate, PSEUDO } from './evaluate.ts';
import { expectParameters, type Json, type TemplateName } from './expect-parameters.ts';

const TERRAFORM = 'examples/terraform';

async function parseTerraform(): Promise<{ json: Record<string, Json>; text: string }> {
  const names = readdirSync(TERRAFORM).filter((name) => name.endsWith('.tf'));
  const text = names.map((name) => readFileSync(join(TERRAFORM, name), 'utf8')).join('\n');
  return { json: await parse('all.tf', text), text };
}

test('the example for Terraform creates stacks with parameters that the templates have', async () => {
  const { json } = await parseTerraform();
  const { aws_cloudformation_stack: stacks = {} } = json.resource as Record<string, Json>;
  type StackJson = { template_body: string; parameters: string; capabilities?: string[] }[];
  const { rotation, user } = stacks as Record<'rotation' | 'user', StackJson>;
  expect(rotation[0]?.capabilities).toEqual(['CAPABILITY_IAM']);
  expect(rotation[0]?.template_body).toContain('/rotation.template.json');
  expect(user[0]?.template_body).toContain('/user.template.json');
  expectParameters('rotation', await parameters(rotation[0]?.parameters));
  expectParameters('user', await parameters(user[0]?.parameters));
});

/** Returns the parameters of a stack, which leaves out those without a value. */
async function parameters(expression = ''): Promise<Json> {
  const all = /^\$\{\{ for key, value in (\{.*\}) : key => value if value != "" \}\}$/s;
  return (await parse('all.tf', `all = ${all.exec(expression)?.[1]}`)).all;
}

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

test('no user of the example for Terraform can change the type of the fields of another', async () => {
  // The elements of a map have one type: a text of one user would make texts of all numbers.
  const { users } = (await parseTerraform()).json.variable as Record<string, { type: string }[]>;
  expect(users?.[0]?.type).toContain('extra_fields');
  expect(users?.[0]?.type).not.toMatch(/\bany\b/);
  const values = await parse(
    'terraform.tfvars',
    readFileSync(join(TERRAFORM, 'terraform.tfvars.example'), 'utf8'),
  );
  const given = Object.values(values.users as Record<string, { extra_fields?: string }>);
  expect(given.flatMap((user) => user.extra_fields ?? []).map((text) => JSON.parse(text))).toEqual([
    { db: 0 },
  ]);
});

test('the example for Terraform writes the certificates to the parameter of the template', async () => {
  const { json } = await parseTerraform();
  const { aws_ssm_parameter: parameters } = json.resource as Record<string, Json>;
  const [parameter] = (parameters as { ca_certificate: Record<string, string>[] }).ca_certificate;
  const values = { ...ROTATION_VALUES, CaCertificate: '-----BEGIN CERTIFICATE-----' };
  const { resources } = evaluate(TEMPLATES.rotation, values);
  const name = parameter?.name
    ?.replace(/\$\{var\.name\}/, PSEUDO['AWS::StackName'] ?? '')
    .replace(/\$\{var\.cluster\.name\}/, ROTATION_VALUES.ClusterName ?? '');
  const { type: Type, tier: Tier } = parameter ?? {};
  const written = Object.values(resources).map(({ Properties }) => Properties);
  expect(written).toContainEqual({ Name: name, Type, Tier, Value: values.CaCertificate });
});

test('the example for Terraform has outputs that the templates have', async () => {
  const { text } = await parseTerraform();
  const stacks = { 'aws_cloudformation_stack.rotation': 'rotation', stack: 'user' } as const;
  const used = [...text.matchAll(/(\S+)\.outputs\["(\w+)"\]/g)];
  expect(used.length).toBeGreaterThan(0);
  for (const [, stack = '', output = ''] of used) {
    const template = TEMPLATES[stacks[stack as keyof typeof stacks]];
    expect(Object.keys(template.Outputs ?? {})).toContain(output);
  }
});

test('the example for Terraform never writes the value of a secret', async () => {
  const { json } = await parseTerraform();
  expect(Object.keys(json.resource ?? {}).sort()).toEqual([
    'aws_cloudformation_stack',
    'aws_s3_object',
    'aws_ssm_parameter',
  ]);
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
