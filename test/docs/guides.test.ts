import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { expect, test } from 'vitest';
import { readConfig } from '../../infra/app/app-config.ts';
import { environmentOf } from '../../infra/app/config-environment.ts';
import { RotationStack } from '../../infra/app/rotation-stack.ts';
import { FUNCTION_TIMEOUT_SECONDS, USER_TAG } from '../../lambda/names.ts';
import { ADMIN, API, ORDERS, withRotation } from '../infra/rotation-template.ts';
import { ofType, synthesiseStack, type Template } from '../infra/template.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { makeSecret, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld } from '../sandbox/world.ts';

const FOLDER = 'docs/guides';
const GUIDES = readdirSync(FOLDER);
const WITHOUT_CDK = guide('without-cdk.md');

type Statement = Record<'Effect' | 'Action' | 'Resource', unknown> & {
  Condition?: Record<string, Record<string, unknown>>;
};

function guide(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Returns a statement without the names of resources and the values of conditions. */
function terms({ Effect, Action, Resource, Condition = {} }: Statement): string {
  const keys = Object.entries(Condition).flatMap(([how, what]) =>
    Object.keys(what).map((key) => `${how} ${key}`),
  );
  const on = Resource === '*' ? 'on everything' : 'on named resources';
  return [Effect, [Action].flat().join(', '), on, ...keys.sort()].join(' ');
}

/** Returns the statements of every policy of the function's role. */
function granted(template: Template): Statement[] {
  const { Role: role } = ofType(template, 'AWS::Lambda::Function')[0]?.Properties ?? {};
  const [id] = (role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    ofType(template, type),
  );
  const own = policies.filter(({ Properties }) =>
    JSON.stringify(Properties.Roles).includes(`"${id}"`),
  );
  return own.flatMap(
    ({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
  );
}

/** Returns a construct in a VPC, with a KMS key for the administrator's secret and the user's. */
function withEverything(): Template {
  return withRotation(
    (stack) => {
      const attributes = { secretCompleteArn: ADMIN, encryptionKey: new Key(stack, 'AdminKey') };
      const adminSecret = Secret.fromSecretAttributes(stack, 'Admin', attributes);
      const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
      return { vpc, clusters: { eu: { apiEndpoints: [API], adminSecret } } };
    },
    (rotation, stack) => {
      const encryptionKey = new Key(stack, 'Key');
      rotation.adoptUser({ ...ORDERS, username: 'carts', encryptionKey });
    },
  );
}

test('the policy in the guide without CDK grants exactly what the construct grants', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(WITHOUT_CDK) ?? [];
  const { Statement: statements } = JSON.parse(json) as { Statement: Statement[] };
  expect(statements.map(terms).sort()).toEqual(granted(withEverything()).map(terms).sort());
});

test('the guide without CDK creates the function with the settings of the construct', () => {
  const [fn] = ofType(withRotation(), 'AWS::Lambda::Function');
  const { Runtime, Handler, MemorySize, Timeout, Architectures } = fn?.Properties ?? {};
  const options = [
    `--runtime ${Runtime} --architectures ${Architectures} --handler ${Handler}`,
    `--memory-size ${MemorySize}`,
    `--timeout ${Timeout} `,
    `${FUNCTION_TIMEOUT_SECONDS}=${Timeout}}`,
    `Key=${USER_TAG},Value=orders`,
  ];
  for (const one of options) expect(WITHOUT_CDK).toContain(one);
  const [schedule] = ofType(withRotation(), 'AWS::Scheduler::Schedule');
  expect(WITHOUT_CDK).toContain(`'${schedule?.Properties.ScheduleExpression}'`);
});

const CONTEXTS = GUIDES.filter((name) => name !== 'without-cdk.md').flatMap((name) =>
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

test('README links to every guide', () => {
  const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\(docs\/guides\/([^)#]+)\)/g)];
  expect(links.map(([, name]) => name).sort()).toEqual([...GUIDES].sort());
});

test.each(
  readdirSync('test/consumers'),
)('consumers.md shows the code that the tests run: %s', (file) => {
  const code = readFileSync(`test/consumers/${file}`, 'utf8');
  expect(guide('consumers.md')).toContain(`\n\`\`\`ts\n${code}\`\`\`\n`);
});
