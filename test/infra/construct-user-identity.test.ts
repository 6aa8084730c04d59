import { App, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { expect, test } from 'vitest';
import {
  type AdoptUserProps,
  RedisEnterpriseRotation,
} from '../../infra/construct/redis-enterprise-rotation.ts';
import { HOST, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { ofType, synthesise, synthesiseStack, type Template } from './template.ts';

const SECRET = 'AWS::SecretsManager::Secret';
const ENV = { account: '123456789012', region: 'eu-west-1' };

/** Returns the template of a construct with these users. */
const withUsers = (users: AdoptUserProps[]) =>
  synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    for (const user of users) rotation.adoptUser(user);
  });

const secretIds = ({ resources }: Template) =>
  Object.keys(resources).filter((id) => resources[id]?.Type === SECRET);

const CHANGES: [what: string, props: Partial<AdoptUserProps>][] = [
  ['host', { endpoints: [{ host: 'redis-2.redis.eu.example.com', port: 12_000 }] }],
  ['port', { endpoints: [{ host: HOST, port: 12_001 }] }],
  ['cluster', { clusters: ['eu'] }],
  ['field', { ssl: false, email: 'orders@example.com', extraFields: { owner: 'shop' } }],
];

test.each(CHANGES)('another %s of a user changes the fields only', (_, props) => {
  const [before, after] = [ORDERS, { ...ORDERS, ...props }].map((user) => withUsers([user]));
  const changed = Object.keys(after?.resources ?? {}).filter(
    (id) => JSON.stringify(after?.resources[id]) !== JSON.stringify(before?.resources[id]),
  );
  expect(changed.map((id) => after?.resources[id]?.Type)).toEqual([
    'Custom::RedisEnterpriseUserFields',
  ]);
  expect(Object.keys(after?.resources ?? {})).toEqual(Object.keys(before?.resources ?? {}));
  expect(after?.outputs).toEqual(before?.outputs);
});

test('another schedule of a user keeps the secret', () => {
  const [before, after] = ['rate(30 days)', 'rate(60 days)'].map((schedule) =>
    withUsers([{ ...ORDERS, schedule }]),
  );
  expect(Object.keys(after?.resources ?? {})).toEqual(Object.keys(before?.resources ?? {}));
});

test('usernames that differ in case or punctuation have secrets of their own', () => {
  const usernames = ['orders', 'Orders', 'or.ders', 'or-ders', 'or/ders', 'or ders', 'or:ders'];
  const all = withUsers(usernames.map((username) => ({ ...ORDERS, username })));
  expect(new Set(secretIds(all)).size).toBe(usernames.length);
  const alone = usernames.flatMap((username) => secretIds(withUsers([{ ...ORDERS, username }])));
  expect(alone).toEqual(secretIds(all));
  expect(alone[0]).toMatch(/Userorders/);
});

test('users may have the names of parts of the construct', () => {
  const names = ['Role', 'Access', 'Function', 'Network', 'Users', 'Fields', 'Resource', 'Default'];
  expect(() => withUsers(names.map((username) => ({ ...ORDERS, username })))).not.toThrow();
});

test('without one of 60 users, nothing changes for the others', () => {
  const users = Array.from({ length: 60 }, (_, index) => ({ ...ORDERS, username: `user${index}` }));
  const before = withUsers(users);
  const after = withUsers(users.toSpliced(30, 1));
  const gone = Object.keys(before.resources).filter((id) => !(id in after.resources));
  expect(gone.filter((id) => !/Useruser30/.test(id))).toEqual([]);
  expect(
    Object.keys(before.resources)
      .filter((id) => /Useruser30/.test(id))
      .sort(),
  ).toEqual(gone.sort());
  for (const [id, { Type, Properties }] of Object.entries(after.resources)) {
    // The policies and the alarms of all secrets change, and a rotation waits for another one.
    const isShared = Type === 'AWS::IAM::ManagedPolicy' || Type.startsWith('AWS::CloudWatch::');
    if (!isShared) expect([id, Properties]).toEqual([id, before.resources[id]?.Properties]);
  }
});

test('another port changes nothing in the stack of a consumer', () => {
  const consumerOf = (port: number) =>
    synthesiseStack((app) => {
      const stack = new Stack(app, 'Redis', { env: ENV });
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
      const { secret } = rotation.adoptUser({ ...ORDERS, endpoints: [{ host: HOST, port }] });
      const consumer = new Stack(app, 'Consumer', { env: ENV });
      new StringParameter(consumer, 'Parameter', { stringValue: secret.secretArn });
      return consumer;
    });
  const before = consumerOf(12_000);
  expect(ofType(before, 'AWS::SSM::Parameter')).toHaveLength(1);
  expect(consumerOf(12_001)).toEqual(before);
});

test('two constructs of a stack may have users of the same name', () => {
  const template = withRotation(undefined, (_, stack) => {
    new RedisEnterpriseRotation(stack, 'Second', propsOf(stack)).adoptUser(ORDERS);
  });
  expect(ofType(template, SECRET)).toHaveLength(2);
});

test('the construct may be in several stages', () => {
  const app = new App({ analyticsReporting: false });
  const secrets: ISecret[] = [];
  for (const name of ['Test', 'Production']) {
    const stage = new Stage(app, name, { env: ENV });
    const stack = new Stack(stage, 'Redis');
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    const { secret } = rotation.adoptUser(ORDERS);
    new CfnOutput(stack, 'Arn', { value: secret.secretArn });
    secrets.push(secret);
  }
  const [test, production] = ['Test', 'Production'].map((name) => {
    const assembly = app.synth().getNestedAssembly(`assembly-${name}`);
    return Object.keys(assembly.stacks[0]?.template.Resources);
  });
  expect(test).toEqual(production);
});
