import { CfnParameter, Fn, Lazy, Token } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { type Addition, API, HOST, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

const inVpc = () => (stack: Parameters<Addition>[1]) => ({
  vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc,
});

test('host and port may be tokens, and the port stays a number', () => {
  const template = withRotation(inVpc(), (rotation, stack) => {
    const host = new CfnParameter(stack, 'Host').valueAsString;
    const port = new CfnParameter(stack, 'Port', { type: 'Number' }).valueAsNumber;
    const late = Lazy.number({ produce: () => 12_003 });
    const endpoints = [
      { host, port },
      { host, port: 12_001 },
      { host: HOST, port },
      { host: HOST, port: late },
    ];
    rotation.adoptUser({ ...ORDERS, username: 'carts', endpoints });
  });
  const [, carts] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(carts?.Properties.Fields).toEqual({
    'Fn::Join': ['', ['{"host":"', { Ref: 'Host' }, '","port":', { Ref: 'Port' }, '}']],
  });
  expect(carts?.Properties.Texts).toEqual({
    endpoints: [
      { 'Fn::Join': ['', [{ Ref: 'Host' }, ':12001']] },
      { 'Fn::Join': ['', [`${HOST}:`, { Ref: 'Port' }]] },
      `${HOST}:12003`,
    ],
  });
});

test('the security group allows each port that is a token', () => {
  const template = withRotation(inVpc(), (rotation, stack) => {
    const parameter = (id: string) => new CfnParameter(stack, id, { type: 'Number' });
    const [one, other] = ['One', 'Other'].map((id) => parameter(id).valueAsNumber);
    const ports = [one, other, other, Lazy.number({ produce: () => 20_001 }), 20_002];
    const endpoints = ports.map((port = 0) => ({ host: HOST, port }));
    rotation.adoptUser({ ...ORDERS, username: 'carts', endpoints });
  });
  const inGroup = ofType(template, 'AWS::EC2::SecurityGroup').flatMap(
    ({ Properties }) => Properties.SecurityGroupEgress as { ToPort: unknown }[],
  );
  const apart = ofType(template, 'AWS::EC2::SecurityGroupEgress').map(
    ({ Properties }) => Properties,
  );
  const ipv4 = apart.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
  const ipv6 = apart.filter(({ CidrIpv6 }) => CidrIpv6 === '::/0');
  for (const rules of [ipv4, ipv6]) {
    expect(rules.map(({ ToPort }) => ToPort)).toEqual([{ Ref: 'One' }, { Ref: 'Other' }, 20_001]);
  }
  expect(inGroup.map(({ ToPort }) => ToPort)).toContain(20_002);
});

test('clusters may be a list token', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const { valueAsString } = new CfnParameter(stack, 'Clusters');
    const clusters = Fn.split(',', valueAsString);
    expect(Token.isUnresolved(clusters)).toBe(true);
    rotation.adoptUser({ ...ORDERS, username: 'carts', clusters });
  });
  const [, carts] = ofType(template, 'Custom::RedisEnterpriseUserFields');
  expect(carts?.Properties.Texts).toEqual({
    clusters: { 'Fn::Split': [',', { Ref: 'Clusters' }] },
  });
});

test('clusters that are a token may be one of two that have the host', () => {
  const build = () =>
    synthesise((stack) => {
      // The second has no administrator.
      const clusters = { ...propsOf(stack).clusters, us: { apiEndpoints: [API] } };
      const { valueAsString } = new CfnParameter(stack, 'Clusters');
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
      rotation.adoptUser({ ...ORDERS, clusters: Fn.split(',', valueAsString) });
    });
  expect(build).not.toThrow();
});

test('values that the CDK CLI has yet to look up pass the first synthesis', () => {
  const errors: unknown[] = [];
  withRotation(inVpc(), (rotation, stack) => {
    const lookUp = (name: string) => StringParameter.valueFromLookup(stack, name);
    expect(lookUp('/host')).toMatch(/^dummy-value-for-/);
    const endpoints = [
      { host: lookUp('/host'), port: Number(lookUp('/port')) },
      { host: lookUp('/host'), port: 12_001 },
    ];
    const more = { clusters: [lookUp('/cluster')], email: lookUp('/email') };
    rotation.adoptUser({ ...ORDERS, username: 'carts', endpoints, ...more });
    for (const { node } of stack.node.findAll()) {
      errors.push(...node.metadata.filter(({ type }) => type === 'aws:cdk:error'));
    }
  });
  // Synthesis ends with this error if no look-up follows.
  expect(errors).toHaveLength(1);
  expect(errors).toMatchObject([{ data: "port of user 'carts' must be 1 to 65535, got NaN" }]);
});
