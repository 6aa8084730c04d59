import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { ADMIN, API, ORDERS, withRotation } from './rotation-template.ts';
import { ofType, type Synthesised, show, statements } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';
const FUNCTION = '<AWS::Lambda::Function>.Arn';
const PATH = 'parameter/redis-enterprise-rotation/Test-Rotation-89668F82';
const ROTATE =
  'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, ' +
  'secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage';

const BASE = [
  `AWS::IAM::ManagedPolicy: Allow ${ROTATE} on ${SECRET}`,
  `AWS::IAM::ManagedPolicy: Allow secretsmanager:GetSecretValue on ${ADMIN}`,
  `AWS::IAM::Policy: Allow lambda:InvokeFunction on ${FUNCTION}`,
  'AWS::IAM::Policy: Allow logs:CreateLogStream, logs:PutLogEvents on <AWS::Logs::LogGroup>.Arn',
  `AWS::IAM::Policy: Allow ssm:GetParametersByPath on arn:<AWS::Partition>:ssm:eu-west-1:123456789012:${PATH}`,
  'AWS::IAM::Role: Allow {Service=lambda.amazonaws.com} sts:AssumeRole',
  'AWS::IAM::Role: Allow {Service=scheduler.amazonaws.com} sts:AssumeRole if {StringEquals={aws:SourceAccount=123456789012}}',
  `AWS::Lambda::Permission: secretsmanager.amazonaws.com, lambda:InvokeFunction, ${FUNCTION} {SourceAccount=123456789012}`,
];

test('these are all the permissions of a construct, and there is no other', () => {
  expect(statements(withRotation())).toEqual(BASE);
});

test('clusters that somebody else owns are read by their path, with their admins named', () => {
  const template = withRotation((stack) => ({
    clustersPath: '/redis/clusters',
    adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
  }));
  expect(ofType(template, 'AWS::SSM::Parameter')).toEqual([]);
  expect(statements(template)).toEqual(
    BASE.map((one) => one.replace(PATH, 'parameter/redis/clusters')),
  );
});

const CLIENT = ADMIN.replace('admin-a1b2c3', 'client-c7d8e9');

test.each([
  [
    'of a cluster',
    (stack: Construct) => {
      const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN);
      const clientCertificateSecret = Secret.fromSecretCompleteArn(stack, 'Client', CLIENT);
      return { clusters: { eu: { apiEndpoints: [API], adminSecret, clientCertificateSecret } } };
    },
    PATH,
  ],
  [
    'of clusters that somebody else owns',
    (stack: Construct) => ({
      clustersPath: '/redis/clusters',
      adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
      clientCertificateSecrets: [Secret.fromSecretCompleteArn(stack, 'Client', CLIENT)],
    }),
    'parameter/redis/clusters',
  ],
])('a client certificate %s may be read, and nothing more', (_name, props, path) => {
  const found = statements(withRotation(props));
  expect(found).toEqual(
    BASE.map((one) => one.replace(PATH, path).replace(`on ${ADMIN}`, `on ${ADMIN}, ${CLIENT}`)),
  );
});

test('a customer-managed key may be used by Secrets Manager alone, for its secrets alone', () => {
  const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012';
  const template = withRotation(
    (stack) => {
      const encryptionKey = Key.fromKeyArn(stack, 'AdminKey', keyArn);
      const attributes = { secretCompleteArn: ADMIN, encryptionKey };
      const adminSecret = Secret.fromSecretAttributes(stack, 'Admin', attributes);
      return { clusters: { eu: { apiEndpoints: [API], adminSecret } } };
    },
    (rotation, stack) => {
      const encryptionKey = new Key(stack, 'Key');
      rotation.adoptUser('Carts', { ...ORDERS, username: 'carts', encryptionKey });
    },
  );
  const via = 'kms:ViaService=secretsmanager.eu-west-1.amazonaws.com';
  const context = 'kms:EncryptionContext:SecretARN';
  const added = [
    `AWS::IAM::ManagedPolicy: Allow kms:Decrypt on ${keyArn} if {StringEquals={${context}=${ADMIN}; ${via}}}`,
    `AWS::IAM::ManagedPolicy: Allow kms:Decrypt, kms:GenerateDataKey on <AWS::KMS::Key>.Arn if {StringEquals={${context}=${SECRET}; ${via}}}`,
  ];
  const both = BASE.map((one) => one.replace(` on ${SECRET}`, ` on ${SECRET}, ${SECRET}`));
  const ours = statements(template).filter((one) => !one.startsWith('AWS::KMS::Key'));
  expect(ours).toEqual([...both, ...added].sort());
});

const NETWORK =
  'AWS::IAM::Policy: Allow ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ' +
  'ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ' +
  'ec2:UnassignPrivateIpAddresses on *';

const vpcIn = (stack: Construct) =>
  new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;

/** The ways that a group has, by its description. */
function waysOf(template: Synthesised, description: string, direction: 'Ingress' | 'Egress') {
  const group = ofType(template, 'AWS::EC2::SecurityGroup').find(({ Properties }) =>
    String(Properties.GroupDescription).includes(description),
  );
  const ways = (group?.Properties[`SecurityGroup${direction}`] ?? []) as Record<string, number>[];
  return ways.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`);
}

test('a VPC adds what Lambda needs to stand in it, and nothing else', () => {
  const template = withRotation((stack) => ({ vpc: vpcIn(stack) }));
  expect(statements(template)).toEqual([...BASE, NETWORK].sort());
  expect(ofType(template, 'AWS::EC2::VPCEndpoint')).toEqual([]);
});

test('the function reaches AWS, the API and databases, and nobody reaches it', () => {
  const template = withRotation(
    (stack) => ({ vpc: vpcIn(stack) }),
    (rotation) =>
      rotation.adoptUser('Carts', {
        ...ORDERS,
        username: 'carts',
        port: 6_379,
        fields: { endpoints: ['redis.eu.example.com:6380'] },
      }),
  );
  const ways = ['443-443', '9443-9443', '10000-19999', '6379-6379', '6380-6380'];
  expect(waysOf(template, 'rotation function', 'Egress')).toEqual(ways);
  expect(waysOf(template, 'rotation function', 'Ingress')).toEqual([]);
});

test('clusters of elsewhere are reached by the usual port of the API, and others by theirs', () => {
  const template = withRotation((stack) => ({
    vpc: vpcIn(stack),
    clustersPath: '/redis/clusters',
    adminSecrets: [Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN)],
  }));
  expect(waysOf(template, 'rotation function', 'Egress')).toContain('9443-9443');
  const another = withRotation((stack) => {
    const adminSecret = Secret.fromSecretCompleteArn(stack, 'Admin', ADMIN);
    const apiEndpoints = ['https://redis.eu.example.com'];
    return { vpc: vpcIn(stack), clusters: { eu: { apiEndpoints, adminSecret } } };
  });
  expect(waysOf(another, 'rotation function', 'Egress')).toEqual(['443-443', '10000-19999']);
});

test('the endpoints of a private VPC can be reached by all of the VPC, whose names they take', () => {
  const template = withRotation((stack) => ({ vpc: vpcIn(stack), createVpcEndpoints: true }));
  const endpoints = ofType(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);
  expect(endpoints.map(({ ServiceName }) => show(template, ServiceName))).toEqual([
    'com.amazonaws.eu-west-1.secretsmanager',
    'com.amazonaws.eu-west-1.ssm',
  ]);
  expect(endpoints.map(({ PrivateDnsEnabled }) => PrivateDnsEnabled)).toEqual([true, true]);
  for (const name of ['Secrets', 'Parameters']) {
    const group = ofType(template, 'AWS::EC2::SecurityGroup').find(({ Properties }) =>
      String(Properties.GroupDescription).includes(`Network/${name}`),
    );
    const [all] = group?.Properties.SecurityGroupIngress as Record<string, unknown>[];
    expect(show(template, all?.CidrIp as string)).toBe('<AWS::EC2::VPC>.CidrBlock');
    expect(all?.FromPort).toBe(443);
  }
});

test('groups that are given, with no way out, get one to the endpoints; subnets are kept', () => {
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
  const awaited = schedule?.DependsOn?.map((id) => template.resources[id]?.Type);
  expect(awaited).toContain('AWS::EC2::SecurityGroupEgress');
  const { SubnetIds, SecurityGroupIds } = fn?.Properties.VpcConfig as Record<string, object>;
  expect(JSON.stringify(SubnetIds)).toMatch(/PublicSubnet1/);
  expect(JSON.stringify(SecurityGroupIds)).toMatch(/Given/);
});

test('the first rotation waits for the way to the network, too', () => {
  const template = withRotation((stack) => ({ vpc: vpcIn(stack), createVpcEndpoints: true }));
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const types = schedule?.DependsOn?.map((id) => template.resources[id]?.Type);
  expect(types).toEqual(
    expect.arrayContaining(['AWS::EC2::SecurityGroup', 'AWS::EC2::VPCEndpoint']),
  );
});
