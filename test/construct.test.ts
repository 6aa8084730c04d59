import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../infra/redis-enterprise-rotation.ts';
import type { RedisEnterpriseRotationProps } from '../infra/rotation-props.ts';
import { ofType, type Synthesised, show, statements, synthesise } from './template.ts';

const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
const BILLING = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-d4e5f6';
const API = 'https://redis.eu.example.com:9443';
const ORDERS = { username: 'orders', host: 'redis-12000.redis.eu.example.com', port: 12_000 };
const SCHEDULE = 'rate(30 days)';

const imported = (scope: Construct, arn: string): ISecret =>
  Secret.fromSecretCompleteArn(scope, arn.slice(-6), arn);

/** A template with one adopted user, and whatever `more` adds. */
function withRotation(
  props: Partial<RedisEnterpriseRotationProps> = {},
  more: (rotation: RedisEnterpriseRotation, stack: Construct) => void = () => undefined,
): Synthesised {
  return synthesise((stack) => {
    const eu = { apiEndpoints: [API], adminSecret: imported(stack, ADMIN) };
    const clusters = props.clustersPath === undefined ? { clusters: { eu } } : {};
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { ...clusters, ...props });
    rotation.adoptUser('Orders', { ...ORDERS, schedule: SCHEDULE });
    more(rotation, stack);
  });
}

const SECRET = '<AWS::SecretsManager::Secret>';
const FUNCTION = '<AWS::Lambda::Function>.Arn';
const PATH = 'parameter/redis-enterprise-rotation/Test-Rotation-89668F82';
const ROTATE =
  'secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, ' +
  'secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage';

const BASE = [
  `AWS::IAM::ManagedPolicy: Allow ${ROTATE} on ${SECRET}`,
  `AWS::IAM::Policy: Allow lambda:InvokeFunction on ${FUNCTION}`,
  'AWS::IAM::Policy: Allow logs:CreateLogStream, logs:PutLogEvents on <AWS::Logs::LogGroup>.Arn',
  'AWS::IAM::Policy: Allow secretsmanager:GetRandomPassword on *',
  `AWS::IAM::Policy: Allow secretsmanager:GetSecretValue on ${ADMIN}`,
  `AWS::IAM::Policy: Allow ssm:GetParametersByPath on arn:<AWS::Partition>:ssm:eu-west-1:123456789012:${PATH}`,
  'AWS::IAM::Role: Allow {Service=lambda.amazonaws.com} sts:AssumeRole',
  'AWS::IAM::Role: Allow {Service=scheduler.amazonaws.com} sts:AssumeRole if {StringEquals={aws:SourceAccount=123456789012}}',
  `AWS::Lambda::Permission: secretsmanager.amazonaws.com, lambda:InvokeFunction, ${FUNCTION} {SourceAccount=123456789012}`,
];

test('these are all the permissions of a construct, and there is no other', () => {
  expect(statements(withRotation())).toEqual(BASE);
});

test('a VPC adds what Lambda needs to stand in it, and nothing else', () => {
  const template = synthesise((stack) => {
    const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
    const clusters = { eu: { apiEndpoints: [API], adminSecret: imported(stack, ADMIN) } };
    const props = { clusters, vpc, createVpcEndpoints: true };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', props);
    rotation.adoptUser('Orders', { ...ORDERS, schedule: SCHEDULE });
  });
  const network =
    'AWS::IAM::Policy: Allow ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ' +
    'ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ' +
    'ec2:UnassignPrivateIpAddresses on *';
  expect(statements(template)).toEqual([...BASE, network].sort());
  const ways = ofType(template, 'AWS::EC2::SecurityGroup').flatMap(({ Properties }) =>
    (Properties.SecurityGroupEgress as { FromPort?: number; ToPort?: number }[]).map(
      ({ FromPort, ToPort }) => `${FromPort}-${ToPort}`,
    ),
  );
  expect(ways).toEqual(['443-443', '9443-9443', '10000-19999', '252-86']);
  const services = ofType(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
    show(template, Properties.ServiceName),
  );
  expect(services).toEqual([
    'com.amazonaws.eu-west-1.secretsmanager',
    'com.amazonaws.eu-west-1.ssm',
  ]);
});

test('a customer-managed key may be used by Secrets Manager alone, for its secret alone', () => {
  const template = withRotation({}, (rotation, stack) => {
    const encryptionKey = new Key(stack, 'Key');
    const carts = { ...ORDERS, username: 'carts', schedule: SCHEDULE, encryptionKey };
    rotation.adoptUser('Carts', carts);
  });
  expect(statements(template).filter((one) => one.startsWith('AWS::IAM'))).toContain(
    'AWS::IAM::ManagedPolicy: Allow kms:Decrypt, kms:GenerateDataKey on <AWS::KMS::Key>.Arn if ' +
      `{StringEquals={kms:EncryptionContext:SecretARN=${SECRET}; ` +
      'kms:ViaService=secretsmanager.eu-west-1.amazonaws.com}}',
  );
});

test('the first rotation waits for permissions, parameters and function', () => {
  const template = withRotation();
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const types = schedule?.DependsOn?.map((id) => template.resources[id]?.Type);
  expect(new Set(types)).toEqual(
    new Set([
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SSM::Parameter',
    ]),
  );
});

test('an adopted secret has no password, is tagged, kept, and rotated at once', () => {
  const template = withRotation();
  const [secret] = Object.values(template.resources).filter(
    ({ Type }) => Type === 'AWS::SecretsManager::Secret',
  );
  expect(secret).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      SecretString: JSON.stringify(ORDERS),
      Tags: [{ Key: 'redis-enterprise-rotation:user', Value: 'orders' }],
    },
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[0]?.Properties).toMatchObject({
    RotateImmediatelyOnUpdate: true,
    RotationRules: { ScheduleExpression: SCHEDULE },
  });
});

test('another host makes another secret, so that no deployment writes over a password', () => {
  const ids = ['a.example.com', 'b.example.com', 'a.example.com'].map((host) => {
    const template = synthesise((stack) => {
      const props = { clusters: { eu: { apiEndpoints: [API] } } };
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', props);
      rotation.adoptUser('Orders', { ...ORDERS, host, schedule: SCHEDULE });
    });
    const resources = Object.entries(template.resources);
    return resources.find(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')?.[0];
  });
  expect(ids[0]).toBe(ids[2]);
  expect(ids[0]).not.toBe(ids[1]);
});

test('every secret is reconciled hourly, without retries', () => {
  const template = withRotation({}, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), { schedule: SCHEDULE });
  });
  const schedules = ofType(template, 'AWS::Scheduler::Schedule').map(
    ({ Properties }) => Properties,
  );
  expect(schedules).toHaveLength(2);
  expect(schedules).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    })),
  );
  const inputs = schedules.map((one) => show(template, (one.Target as { Input: string }).Input));
  expect(inputs).toEqual([
    `{"Step":"reconcile","SecretId":"${SECRET}"}`,
    `{"Step":"reconcile","SecretId":"${BILLING}"}`,
  ]);
  expect(ofType(template, 'AWS::Lambda::EventInvokeConfig')[0]?.Properties).toMatchObject({
    MaximumRetryAttempts: 0,
  });
});

test('a cron schedule has its window', () => {
  const template = withRotation({}, (rotation, stack) => {
    const schedule = 'cron(0 3 ? * SUN#1 *)';
    const window = Duration.hours(3);
    rotation.addSecret('Billing', imported(stack, BILLING), { schedule, window });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[1]?.Properties).toMatchObject({
    RotationRules: { ScheduleExpression: 'cron(0 3 ? * SUN#1 *)', Duration: '3h' },
    SecretId: BILLING,
  });
});

test('whoever listens for a rotation hears of AWSCURRENT alone', () => {
  const template = withRotation({}, (rotation, stack) => {
    const secret = imported(stack, BILLING);
    const target = new SnsTopic(new Topic(stack, 'Topic'));
    rotation.onRotated('Redeploy', { secret, target });
  });
  expect(ofType(template, 'AWS::Events::Rule')[0]?.Properties).toMatchObject({
    EventPattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      resources: [BILLING],
      detail: { labelUpdated: ['AWSCURRENT'] },
    },
  });
});

test('the command that rotates a secret now can be pasted from the outputs', () => {
  const template = withRotation();
  const values = Object.values(template.outputs).map(({ Value }) => show(template, Value));
  expect(values).toEqual([`aws secretsmanager rotate-secret --secret-id ${SECRET}`]);
});

test('clusters that somebody else owns are read by their path, with their admins named', () => {
  const template = synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
      clustersPath: '/redis/clusters',
      adminSecrets: [imported(stack, ADMIN)],
    });
    rotation.adoptUser('Orders', { ...ORDERS, schedule: SCHEDULE });
  });
  expect(ofType(template, 'AWS::SSM::Parameter')).toEqual([]);
  expect(statements(template)).toEqual(
    BASE.map((one) => one.replace(PATH, 'parameter/redis/clusters')),
  );
});

test('the parameters of a cluster are made in a tier that takes a bundle of certificates', () => {
  const template = synthesise((stack) => {
    const eu = {
      apiEndpoints: [API, 'https://10.0.0.2:9443'],
      caCertificate: 'PEM',
      serverName: 'redis.eu.example.com',
      databaseHosts: ['.redis.eu.example.com'],
    };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters: { eu } });
    rotation.adoptUser('Orders', { ...ORDERS, schedule: SCHEDULE });
  });
  const parameters = ofType(template, 'AWS::SSM::Parameter').map(({ Properties }) => Properties);
  expect(
    parameters.map(({ Name, Type, Value, Tier }) => [
      String(Name).split('/').at(-1),
      Type,
      Value,
      Tier,
    ]),
  ).toEqual([
    ['api-endpoints', 'StringList', `${API},https://10.0.0.2:9443`, 'Intelligent-Tiering'],
    ['ca-certificate', 'String', 'PEM', 'Intelligent-Tiering'],
    ['server-name', 'String', 'redis.eu.example.com', 'Intelligent-Tiering'],
    ['database-hosts', 'StringList', '.redis.eu.example.com', 'Intelligent-Tiering'],
  ]);
});

test('a permissions boundary is on every role that is made', () => {
  const template = synthesise((stack) => {
    const arn = 'arn:aws:iam::123456789012:policy/boundary';
    const permissionsBoundary = ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn);
    const clusters = { eu: { apiEndpoints: [API] } };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', {
      clusters,
      permissionsBoundary,
    });
    rotation.adoptUser('Orders', { ...ORDERS, schedule: SCHEDULE });
  });
  const roles = ofType(template, 'AWS::IAM::Role');
  expect(roles).toHaveLength(2);
  for (const { Properties } of roles) {
    expect(Properties.PermissionsBoundary).toBe('arn:aws:iam::123456789012:policy/boundary');
  }
});

const add = (rotation: RedisEnterpriseRotation, stack: Construct, props: object) =>
  rotation.addSecret('Billing', imported(stack, BILLING), { schedule: SCHEDULE, ...props });

const REFUSALS: [says: string, more: Parameters<typeof withRotation>[1]][] = [
  ["got 'rate(3 hours)'", (r, s) => add(r, s, { schedule: 'rate(3 hours)' })],
  ["got 'rate(1000 days)'", (r, s) => add(r, s, { schedule: 'rate(1000 days)' })],
  ["got 'cron(5 3 * * ? *)'", (r, s) => add(r, s, { schedule: 'cron(5 3 * * ? *)' })],
  ["got 'cron(0 3 * * ? 2027)'", (r, s) => add(r, s, { schedule: 'cron(0 3 * * ? 2027)' })],
  ["got 'every day'", (r, s) => add(r, s, { schedule: 'every day' })],
  ['a quarter of the overlap', (r, s) => add(r, s, { schedule: 'rate(1 day)' })],
  ['window must be 1 to 24 whole hours', (r, s) => add(r, s, { window: Duration.minutes(90) })],
  ['window must be 1 to 24 whole hours', (r, s) => add(r, s, { window: Duration.hours(25) })],
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretNameV2(s, 'Name', 'x'), { schedule: SCHEDULE }),
  ],
  [
    "rotateImmediately of 'X' must be true",
    (r) => r.adoptUser('X', { ...ORDERS, schedule: SCHEDULE, rotateImmediately: false }),
  ],
  [
    'must be known at synthesis, got a token',
    (r) => {
      const host = Lazy.string({ produce: () => 'late.example.com' });
      r.adoptUser('X', { ...ORDERS, host, schedule: SCHEDULE });
    },
  ],
  [
    'must not have a password',
    (r) => r.adoptUser('X', { ...ORDERS, schedule: SCHEDULE, fields: { password: 'x' } }),
  ],
];

test.each(REFUSALS)('a mistake is refused with %s', (says, more) => {
  expect(() => withRotation({}, more)).toThrow(says);
});

const PROPS: [says: string, props: Partial<RedisEnterpriseRotationProps>][] = [
  [
    'reservedConcurrentExecutions must be at least 10, got 9',
    { functionProps: { reservedConcurrentExecutions: 9 } },
  ],
  ['need vpc, got none', { createVpcEndpoints: true }],
  ['overlap must be at most 90 days', { overlap: Duration.days(91) }],
  ['supply exactly one of clusters and clustersPath', { clusters: {}, clustersPath: '/x' }],
  ['must be https://host:port, got http://x', { clusters: { eu: { apiEndpoints: ['http://x'] } } }],
  [
    "cluster name must have letters, digits, '.', '_' and '-', got 'e u'",
    { clusters: { 'e u': { apiEndpoints: [API] } } },
  ],
];

test.each(PROPS)('a construct is refused with %s', (says, props) => {
  expect(() => withRotation(props)).toThrow(says);
});

// IAM's and CloudFormation's limits.
const POLICY_MAX_CHARACTERS = 6_144;
const INLINE_MAX_CHARACTERS = 10_240;
const POLICIES_PER_ROLE_MAX = 10;
const RESOURCES_MAX = 500;
const OUTPUTS_MAX = 200;
const TEMPLATE_MAX_BYTES = 1_000_000;
const ARN_CHARACTERS = 110;

test.each([1, 50, 51, 100])('a construct with %i users keeps within the limits of AWS', (users) => {
  const template = synthesise((stack) => {
    const encryptionKey = new Key(stack, 'Key');
    const clusters = { eu: { apiEndpoints: [API], adminSecret: imported(stack, ADMIN) } };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
    for (let user = 1; user <= users; user += 1) {
      const props = { ...ORDERS, username: `user-${user}`, schedule: SCHEDULE, encryptionKey };
      rotation.adoptUser(`User${user}`, props);
    }
  });
  expect(Object.keys(template.resources).length).toBeLessThanOrEqual(RESOURCES_MAX);
  expect(Object.keys(template.outputs).length).toBeLessThanOrEqual(OUTPUTS_MAX);
  expect(template.bytes).toBeLessThanOrEqual(TEMPLATE_MAX_BYTES);
  const sizeOf = (type: string) =>
    ofType(template, type).map(({ Properties }) => {
      const text = JSON.stringify(Properties.PolicyDocument);
      return text.replace(/\{"(Ref|Fn::GetAtt)":[^}]+\}/g, 'x'.repeat(ARN_CHARACTERS)).length;
    });
  const managed = sizeOf('AWS::IAM::ManagedPolicy');
  expect(managed.length).toBe(Math.ceil(users / 20));
  expect(managed.length).toBeLessThanOrEqual(POLICIES_PER_ROLE_MAX);
  expect(Math.max(...managed)).toBeLessThanOrEqual(POLICY_MAX_CHARACTERS);
  const inline = sizeOf('AWS::IAM::Policy').reduce((sum, size) => sum + size, 0);
  expect(inline).toBeLessThanOrEqual(INLINE_MAX_CHARACTERS);
  const perStatement = ofType(template, 'AWS::IAM::ManagedPolicy').map(({ Properties }) => {
    const document = Properties.PolicyDocument as { Statement: { Resource: unknown }[] };
    return [document.Statement[0]?.Resource].flat().length;
  });
  expect(Math.max(...perStatement)).toBeLessThanOrEqual(50);
});

test('the hundred-and-first user is refused, with what to do instead', () => {
  const build = () =>
    synthesise((stack) => {
      const clusters = { eu: { apiEndpoints: [API] } };
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
      for (let user = 1; user <= 101; user += 1) {
        rotation.adoptUser(`User${user}`, { ...ORDERS, username: `u${user}`, schedule: SCHEDULE });
      }
    });
  expect(build).toThrow('must have at most 100 secrets');
});

test('a secret of another stack rotates without a circle between the stacks', () => {
  const template = synthesise((stack) => {
    const other = new Stack(Stack.of(stack).node.root as Construct, 'Other', {
      env: { account: '123456789012', region: 'eu-west-1' },
    });
    const secret = new Secret(other, 'Secret') as ISecret;
    const clusters = { eu: { apiEndpoints: [API] } };
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
    rotation.addSecret('Elsewhere', secret, { schedule: SCHEDULE, username: 'elsewhere' });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
});
