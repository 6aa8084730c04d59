import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { environmentOf } from '../../infra/app/config-environment.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { ofType, synthesiseStack } from '../infra/template.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { makeSecret, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld } from '../sandbox/world.ts';

const FOLDER = 'docs/guides';
const GUIDES = readdirSync(FOLDER);

function guide(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

// That page has the cdk.json of another app.
const CONTEXTS = GUIDES.filter((name) => name !== 'python-cdk.md').flatMap((name) =>
  [...guide(name).matchAll(/```json\n([^`]+)```/g)].map(([, json = '']) => [name, json] as const),
);

test.each(CONTEXTS)('the app accepts the context in a guide: %s', (_, json) => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  const config = readConfig({ ...context, ...JSON.parse(json) });
  const env = environmentOf(config);
  const template = synthesiseStack((app) => new RotationStack(app, 'Guide', config, { env }));
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule').length).toBeGreaterThan(0);
});

test('the function rotates the administrator secret and then uses its new password', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { arn } = world.store.latest('redis-enterprise/admin');
  const { username: email, password } = await readSecret(world, arn);
  const fields = { username: 'admin', email, login: 'self' };
  const SecretString = JSON.stringify({ ...fields, password });
  await world.secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  expect(await rotateSecret(world, arn)).toEqual({ outcome: 'succeeded' });
  const renewed = await readSecret(world, arn);
  expect(renewed).toMatchObject(fields);
  const [admin] = world.cluster.users;
  expect(admin?.passwords).toEqual([password, renewed.password]);
  if (admin !== undefined) admin.passwords = [String(renewed.password)];
  await addUser(world.cluster, { name: 'orders', passwords: ['the-first-password-1'] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const user = await makeSecret(world, 'orders', { username: 'orders', ...endpoint }, 'orders');
  expect(await rotateSecret(world, user)).toEqual({ outcome: 'succeeded' });
});

test('the guide to CDK in Python shows the cdk.json of the example', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(guide('python-cdk.md')) ?? [];
  const example = JSON.parse(readFileSync('examples/python-cdk/cdk.json', 'utf8'));
  const { release: _, ...context } = JSON.parse(json).context;
  expect(example.context).toMatchObject(context);
});

test('README links to every guide', () => {
  const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\(docs\/guides\/([^)#]+)\)/g)];
  expect(new Set(links.map(([, name]) => name))).toEqual(new Set(GUIDES));
});

test.each(
  readdirSync('test/consumers'),
)('consumers.md shows the code that the tests run: %s', (file) => {
  const code = readFileSync(`test/consumers/${file}`, 'utf8');
  expect(guide('consumers.md')).toContain(`\n\`\`\`ts\n${code}\`\`\`\n`);
});
