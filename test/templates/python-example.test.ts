import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { expect, test } from 'vitest';
import { TEMPLATES } from './all-templates.ts';
import type { TemplateBody } from './evaluate.ts';
import { expectParameters, type Json } from './expect-parameters.ts';

const PYTHON = JSON.parse(readFileSync('examples/python-cdk/cdk.json', 'utf8')).context as {
  rotation: Json;
  users: Record<string, Json>;
};

/** Returns parameters as app.py writes them. */
const texts = (parameters: Json): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

test('the parameters of the example for Python are parameters of the templates', () => {
  const code = readFileSync('examples/python-cdk/app.py', 'utf8');
  const inCode = { CodeBucket: 'code', CodePrefix: 'redis/', UserCount: '3' };
  for (const name of Object.keys(inCode)) expect(code).toContain(`"${name}": `);
  expectParameters('rotation', { ...inCode, ...texts(PYTHON.rotation) });
  for (const [Username, user] of Object.entries(PYTHON.users)) {
    expectParameters('user', { RotationStack: 'redis', Username, ...texts(user) });
  }
});

test('the values of the example for Python are those of the guide', () => {
  const guide = readFileSync('docs/guides/python-cdk.md', 'utf8');
  const [, json = ''] = /```json\n(.*?)```/s.exec(guide) ?? [];
  const { release: _, ...values } = JSON.parse(json).context;
  const { release: __, ...example } = PYTHON as Json;
  expect(values).toEqual(example);
});

/** Includes the template of a user in a stack for each user. Returns the templates by username. */
function include(users: Record<string, Json>): Record<string, TemplateBody> {
  const folder = mkdtempSync(join(tmpdir(), 'include-'));
  try {
    const templateFile = join(folder, 'user.template.json');
    writeFileSync(templateFile, JSON.stringify(TEMPLATES.user));
    const given = { builtinCloudFormationValidation: false, analyticsReporting: false };
    const app = new App({ outdir: join(folder, 'out'), ...given });
    const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer;
    for (const [Username, user] of Object.entries(users)) {
      const parameters = texts({ RotationStack: 'redis', Username, ...user });
      const stack = new Stack(app, Username, { synthesizer });
      new CfnInclude(stack, 'Template', { templateFile, parameters });
    }
    const { stacks } = app.synth();
    return Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('CfnInclude, which every language of the CDK has, includes the templates', () => {
  const { orders } = include(PYTHON.users);
  expect(JSON.stringify(orders?.Resources.UserSecret?.Properties.Name)).toContain('"orders"');
  expect(Object.keys(orders?.Resources ?? {})).toEqual(Object.keys(TEMPLATES.user.Resources));
});

test('CfnInclude removes the parameters that it replaces, and so their constraints', () => {
  const Host = 'https://not-a-host';
  const { orders } = include({ orders: { ...PYTHON.users.orders, Host } });
  expect(JSON.stringify(orders)).toContain(Host);
  const replaced = ['RotationStack', 'Username', 'Host', 'Port'];
  const { Parameters = {} } = TEMPLATES.user;
  const left = Object.entries(Parameters).filter(([name]) => !replaced.includes(name));
  expect(orders?.Parameters).toEqual(Object.fromEntries(left));
});

test('a changed or removed user changes no stack of another user', () => {
  const { orders, carts, ...others } = include(PYTHON.users);
  const { orders: _, ...kept } = PYTHON.users;
  expect(Object.keys(others)).toEqual(['billing']);
  expect(include(kept)).toEqual({ carts, ...others });
  const changed = include({ ...PYTHON.users, orders: { ...PYTHON.users.orders, Port: 12_002 } });
  expect(changed).toMatchObject({ carts, ...others });
  expect(changed.orders).not.toEqual(orders);
});
