import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { ADMIN, HOST, ORDERS, withRotation } from './rotation-template.ts';
import { awaitedTypes, ofType, showValue, type Template } from './template.ts';

const vpcIn = (stack: Construct) =>
  new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;

/** Returns the port ranges that a security group allows. */
function portsOf(
  template: Template,
  description: string,
  direction: 'Ingress' | 'Egress',
  family = 'CidrIp',
) {
  const group = ofType(template, 'AWS::EC2::SecurityGroup').find(({ Properties }) =>
    String(Properties.GroupDescription).includes(description),
  );
  const rules = (group?.Properties[`SecurityGroup${direction}`] ?? []) as Record<string, number>[];
  const inFamily = rules.filter((rule) => direction === 'Ingress' || family in rule);
  return inFamily.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`);
}

test('the security group allows IPv4 and IPv6 egress to AWS, the API and databases, and no ingress', () => {
  const template = withRotation(
    (stack) => ({ vpc: vpcIn(stack) }),
    (rotation) =>
      rotation.adoptUser({
        ...ORDERS,
        username: 'carts',
        endpoints: [6_379, 6_380].map((port) => ({ host: HOST, port })),
      }),
  );
  const ports = ['443-443', '9443-9443', '10000-19999', '6379-6379', '6380-6380'];
  expect(portsOf(template, 'rotation function', 'Egress')).toEqual(ports);
  expect(portsOf(template, 'rotation function', 'Egress', 'CidrIpv6')).toEqual(ports);
  expect(portsOf(template, 'rotation function', 'Ingress')).toEqual([]);
});

test('the security group allows the given API ports, or the default port', () => {
  const template = withRotation((stack) => ({
    vpc: vpcIn(stack),
    clustersPath: '/redis/clusters',
    adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
  }));
  expect(portsOf(template, 'rotation function', 'Egress')).toContain('9443-9443');
  const another = withRotation((stack) => {
    const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN);
    const apiEndpoints = ['https://redis.eu.example.com'];
    return { vpc: vpcIn(stack), clusters: { eu: { apiEndpoints, adminSecret } } };
  });
  expect(portsOf(another, 'rotation function', 'Egress')).toEqual(['443-443', '10000-19999']);
});

test('the whole VPC reaches the created endpoints, which replace the public names', () => {
  const template = withRotation((stack) => ({ vpc: vpcIn(stack), createVpcEndpoints: true }));
  const endpoints = ofType(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);
  expect(endpoints.map(({ ServiceName }) => showValue(template, ServiceName))).toEqual([
    'com.amazonaws.eu-west-1.secretsmanager',
    'com.amazonaws.eu-west-1.ssm',
  ]);
  expect(endpoints.map(({ PrivateDnsEnabled }) => PrivateDnsEnabled)).toEqual([true, true]);
  for (const name of ['Secrets', 'Parameters']) {
    const group = ofType(template, 'AWS::EC2::SecurityGroup').find(({ Properties }) =>
      String(Properties.GroupDescription).includes(`Network/Endpoints/${name}`),
    );
    const [all] = group?.Properties.SecurityGroupIngress as Record<string, unknown>[];
    expect(showValue(template, all?.CidrIp as string)).toBe('<AWS::EC2::VPC>.CidrBlock');
    expect(all?.FromPort).toBe(443);
  }
});

test('given security groups may reach the created endpoints, and given subnets are used', () => {
  const template = withRotation((stack) => {
    const vpc = vpcIn(stack);
    const props = { vpc, allowAllOutbound: false, description: 'given' };
    const vpcSubnets = { subnetType: SubnetType.PUBLIC };
    const functionProps = { allowPublicSubnet: true };
    const securityGroups = [new SecurityGroup(stack, 'Given', props)];
    return { vpc, vpcSubnets, securityGroups, createVpcEndpoints: true, functionProps };
  });
  const descriptions = ofType(template, 'AWS::EC2::SecurityGroup').map(
    ({ Properties }) => Properties.GroupDescription,
  );
  expect(descriptions.filter((one) => String(one).includes('rotation function'))).toEqual([]);
  const rules = ofType(template, 'AWS::EC2::SecurityGroupEgress').map(
    ({ Properties }) => Properties.FromPort,
  );
  expect(rules).toEqual([443, 443]);
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  for (const { Properties } of ofType(template, 'AWS::EC2::VPCEndpoint')) {
    expect(JSON.stringify(Properties.SubnetIds)).toMatch(/PublicSubnet1/);
  }
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(awaitedTypes(template, schedule)).toContain('AWS::EC2::SecurityGroupEgress');
  const { SubnetIds, SecurityGroupIds } = fn?.Properties.VpcConfig as Record<string, object>;
  expect(JSON.stringify(SubnetIds)).toMatch(/PublicSubnet1/);
  expect(JSON.stringify(SecurityGroupIds)).toMatch(/Given/);
});

test('the first rotation waits for the security group and the endpoints', () => {
  const template = withRotation((stack) => ({ vpc: vpcIn(stack), createVpcEndpoints: true }));
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const types = awaitedTypes(template, schedule);
  for (const type of ['AWS::EC2::SecurityGroup', 'AWS::EC2::VPCEndpoint']) {
    expect(types).toContain(type);
  }
});
