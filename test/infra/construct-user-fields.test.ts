import { Duration } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLING, HOST, imported, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { awaitedTypes, ofType, synthesise } from './template.ts';

const FIELDS = 'Custom::RedisEnterpriseUserFields';

test('a custom resource has what the secret holds, with the types of all fields', () => {
  const template = withRotation(undefined, (rotation) => {
    rotation.adoptUser({
      ...ORDERS,
      username: 'carts',
      endpoints: [
        { host: HOST, port: 12_000 },
        { host: 'redis-12001.redis.eu.example.com', port: 12_001 },
      ],
      clusters: ['eu'],
      ssl: false,
      email: 'carts@example.com',
      login: 'admin',
      extraFields: { retries: 3, owner: { team: 'shop' } },
    });
  });
  const [orders, carts] = ofType(template, FIELDS).map(({ Properties }) => Properties);
  expect(JSON.parse(String(orders?.Fields))).toEqual({ host: HOST, port: 12_000 });
  expect(orders).not.toHaveProperty('Texts');
  expect(JSON.parse(String(carts?.Fields))).toEqual({
    host: HOST,
    port: 12_000,
    ssl: false,
    email: 'carts@example.com',
    login: 'admin',
    retries: 3,
    owner: { team: 'shop' },
  });
  expect(carts?.Texts).toEqual({
    endpoints: ['redis-12001.redis.eu.example.com:12001'],
    clusters: ['eu'],
  });
});

test('the endpoint of an IPv6 address gets brackets', () => {
  const hosts = ['10.0.0.1', 'fd00::1'];
  const template = synthesise((stack) => {
    const [eu] = Object.values(propsOf(stack).clusters ?? {});
    const clusters = { eu: { apiEndpoints: [], ...eu, databaseHosts: hosts } };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
    const endpoints = hosts.map((host) => ({ host, port: 12_000 }));
    rotation.adoptUser({ ...ORDERS, endpoints });
  });
  expect(ofType(template, FIELDS)[0]?.Properties.Texts).toEqual({ endpoints: ['[fd00::1]:12000'] });
});

test('the order of extraFields changes nothing', () => {
  const [one, other] = [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ].map((extraFields) =>
    withRotation(undefined, (rotation) => {
      rotation.adoptUser({ ...ORDERS, username: 'carts', extraFields });
    }),
  );
  expect(one).toEqual(other);
});

test('the handler has its permissions in managed policies only', () => {
  const template = withRotation();
  const [id] = Object.keys(template.resources).filter((one) => /UsersFieldsRole/.test(one));
  const attached = (type: string) =>
    ofType(template, type).filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes(`"${id}"`),
    );
  expect(attached('AWS::IAM::ManagedPolicy')).toHaveLength(2);
  expect(attached('AWS::IAM::Policy')).toEqual([]);
});

test('only adopted users need the handler of fields', () => {
  const template = synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    rotation.addSecret('Billing', imported(stack, BILLING), { schedule: ORDERS.schedule });
  });
  expect(ofType(template, 'AWS::Lambda::Function')).toHaveLength(1);
  expect(ofType(template, FIELDS)).toEqual([]);
});

test('a custom resource waits for what the function needs', () => {
  const template = withRotation((stack) => ({
    vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc,
    createVpcEndpoints: true,
  }));
  const types = awaitedTypes(template, ofType(template, FIELDS)[0]);
  const needed = ['SSM::Parameter', 'EC2::SecurityGroup', 'EC2::VPCEndpoint', 'Lambda::Function'];
  for (const type of [...needed, 'IAM::ManagedPolicy']) expect(types).toContain(`AWS::${type}`);
});

test('CloudFormation waits longer for the handler than the handler may run', () => {
  const template = withRotation(() => ({ functionProps: { timeout: Duration.minutes(15) } }));
  const functions = ofType(template, 'AWS::Lambda::Function');
  const handler = functions.find(({ Properties }) => /fields/.test(String(Properties.Description)));
  expect(handler?.Properties.Timeout).toBe(900);
  expect(Number(ofType(template, FIELDS)[0]?.Properties.ServiceTimeout)).toBeGreaterThan(900);
});

test('the handler is outside the VPC, and knows the rotation function', () => {
  const template = withRotation((stack) => ({
    vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc,
  }));
  const functions = Object.entries(template.resources).filter(
    ([, { Type }]) => Type === 'AWS::Lambda::Function',
  );
  const [rotation, handler] = functions;
  expect(rotation?.[1].Properties).toHaveProperty('VpcConfig');
  expect(handler?.[1].Properties).not.toHaveProperty('VpcConfig');
  expect(handler?.[1].Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Environment: { Variables: { ROTATION_FUNCTION_ARN: { 'Fn::GetAtt': [rotation?.[0], 'Arn'] } } },
  });
});
