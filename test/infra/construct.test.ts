import { Duration, Stack } from 'aws-cdk-lib';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import {
  ADMIN,
  API,
  BILLED,
  BILLING,
  imported,
  ORDERS,
  propsOf,
  withRotation,
} from './rotation-template.ts';
import { ofType, show, synthesise } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';

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

test('the function is made after its permissions, which Lambda checks in a VPC', () => {
  const template = withRotation();
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  expect(fn?.DependsOn?.map((id) => template.resources[id]?.Type)).toContain('AWS::IAM::Policy');
});

test('the function is small, has two minutes, and logs JSON for a year', () => {
  const template = withRotation();
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
    Architectures: ['arm64'],
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'JSON' },
    MemorySize: 512,
    Runtime: 'nodejs24.x',
    Timeout: 120,
  });
  const [id] =
    Object.entries(template.resources).find(([, { Type }]) => Type === 'AWS::Logs::LogGroup') ?? [];
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties.LoggingConfig).toMatchObject({
    LogGroup: { Ref: id },
  });
  expect(ofType(template, 'AWS::Logs::LogGroup')[0]?.Properties.RetentionInDays).toBe(365);
});

test('whoever deploys can change the function, its settings and its log', () => {
  const template = withRotation(() => ({
    passwordLength: 64,
    excludeCharacters: '',
    overlap: Duration.days(2),
    logRetention: RetentionDays.ONE_WEEK,
    functionProps: {
      architecture: Architecture.X86_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      environment: { AWS_USE_FIPS_ENDPOINT: 'true', OVERLAP_SECONDS: '0' },
    },
  }));
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
    Architectures: ['x86_64'],
    Environment: {
      Variables: {
        AWS_USE_FIPS_ENDPOINT: 'true',
        EXCLUDE_CHARACTERS: '',
        FUNCTION_TIMEOUT_SECONDS: '300',
        OVERLAP_SECONDS: String(2 * 86_400),
        PASSWORD_LENGTH: '64',
      },
    },
    LoggingConfig: { LogFormat: 'JSON' },
    MemorySize: 256,
    Timeout: 300,
  });
  expect(ofType(template, 'AWS::Logs::LogGroup')[0]?.Properties.RetentionInDays).toBe(7);
});

test('an adopted secret has no password, is tagged, kept, and rotated at once', () => {
  const template = withRotation(undefined, (rotation) => {
    const fields = { endpoints: ['redis-2.redis.eu.example.com:12000'] };
    rotation.adoptUser('Carts', { ...ORDERS, username: 'carts', fields });
  });
  const { schedule, ...value } = ORDERS;
  const secrets = Object.values(template.resources).filter(
    ({ Type }) => Type === 'AWS::SecretsManager::Secret',
  );
  expect(secrets).toMatchObject([
    {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        SecretString: JSON.stringify(value),
        Tags: [{ Key: 'redis-enterprise-rotation:user', Value: 'orders' }],
      },
    },
    {
      Properties: {
        SecretString: JSON.stringify({
          endpoints: ['redis-2.redis.eu.example.com:12000'],
          ...value,
          username: 'carts',
        }),
      },
    },
  ]);
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[0]?.Properties).toMatchObject({
    RotateImmediatelyOnUpdate: true,
    RotationRules: { ScheduleExpression: schedule },
  });
});

const ANOTHER: [what: string, props: object][] = [
  ['host', { host: 'redis-2.redis.eu.example.com' }],
  ['port', { port: 12_001 }],
  ['username', { username: 'carts' }],
  ['field', { fields: { ssl: false, engine: 'redis-enterprise', owner: 'b' } }],
];

test.each(
  ANOTHER,
)('another %s makes another secret, so that no deployment writes over a password', (_, props) => {
  const fields = { ssl: false, engine: 'redis-enterprise', owner: 'a' };
  const idOf = (more: object) => {
    const template = synthesise((stack) => {
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
      rotation.adoptUser('Orders', { ...ORDERS, fields, ...more });
    });
    const resources = Object.entries(template.resources);
    return resources.find(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')?.[0];
  };
  const inAnotherOrder = { owner: 'a', engine: 'redis-enterprise', ssl: false };
  expect(idOf({ fields: inAnotherOrder })).toBe(idOf({}));
  expect(idOf(props)).not.toBe(idOf({}));
});

test('a secret that is only tested at deployment is not rotated then', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const props = { ...BILLED, rotateImmediately: false };
    rotation.addSecret('Billing', imported(stack, BILLING), props);
  });
  const schedules = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const at = schedules.map(({ Properties }) => Properties.RotateImmediatelyOnUpdate);
  expect(at).toEqual([true, false]);
});

test('a secret of elsewhere cannot be tagged here, and the command that does is shown', () => {
  const warned = (more: Parameters<typeof withRotation>[1]) => {
    const told: string[] = [];
    withRotation(undefined, (rotation, stack) => {
      more?.(rotation, stack);
      for (const { node } of stack.node.findAll()) {
        told.push(
          ...node.metadata
            .filter(({ type }) => type.endsWith('warning'))
            .map(({ data }) => String(data)),
        );
      }
    });
    return told.join('\n');
  };
  const username = 'billing';
  expect(
    warned((rotation, stack) =>
      rotation.addSecret('Billing', imported(stack, BILLING), { ...ORDERS, username }),
    ),
  ).toContain(
    `tag-resource --secret-id ${BILLING} --tags 'Key=redis-enterprise-rotation:user,Value=billing'`,
  );
  expect(
    warned((rotation, stack) =>
      rotation.addSecret('Own', new Secret(stack, 'Own') as ISecret, { ...ORDERS, username }),
    ),
  ).toBe('');
});

test('users, secrets and clusters may have the names that our own parts have', () => {
  const build = () =>
    withRotation(undefined, (rotation) => {
      for (const id of ['Role', 'Access', 'Function', 'Network', 'Users']) {
        rotation.adoptUser(id, { ...ORDERS, username: id });
      }
    });
  expect(build).not.toThrow();
});

test('one role can serve two constructs, of which neither overwrites the permissions of the other', () => {
  const names = ['One', 'Two'].map((id) => {
    const template = synthesise((stack) => {
      const rotation = new RedisEnterpriseRotation(stack, id, propsOf(stack));
      rotation.adoptUser('Orders', ORDERS);
    });
    return ofType(template, 'AWS::IAM::Policy').map(({ Properties }) => Properties.PolicyName);
  });
  expect(names[0]?.filter((name) => names[1]?.includes(name))).toEqual([]);
});

test('every secret is reconciled hourly, without retries', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const schedules = ofType(template, 'AWS::Scheduler::Schedule').map(
    ({ Properties }) => Properties,
  );
  expect(schedules).toHaveLength(2);
  expect(schedules).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ScheduleExpression: 'cron(0 * * * ? *)',
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
  const template = withRotation(undefined, (rotation, stack) => {
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
  const template = withRotation(undefined, (rotation, stack) => {
    const secret = imported(stack, BILLING);
    const target = new SnsTopic(new Topic(stack, 'Topic'));
    rotation.addSecret('Redeploy', secret, BILLED);
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

const otherStack = (stack: Construct) =>
  new Stack(Stack.of(stack).node.root as Construct, 'Other', {
    env: { account: '123456789012', region: 'eu-west-1' },
  });

test('an application of another stack hears of its secret without a circle', () => {
  const template = synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    const secret = rotation.adoptUser('Orders', ORDERS);
    const scope = otherStack(stack);
    const target = new SnsTopic(new Topic(scope, 'Topic', { displayName: secret.secretArn }));
    rotation.onRotated('Redeploy', { secret, target, scope });
  });
  expect(ofType(template, 'AWS::Events::Rule')).toEqual([]);
});

test('a secret of another stack rotates without a circle between the stacks', () => {
  const template = synthesise((stack) => {
    const secret = new Secret(otherStack(stack), 'Secret') as ISecret;
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    rotation.addSecret('Elsewhere', secret, { ...ORDERS, username: 'elsewhere' });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
});

test('the commands of an operator can be pasted from the outputs', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const values = Object.values(template.outputs).map(({ Value }) => show(template, Value));
  const invoke =
    'aws lambda invoke --region eu-west-1 --function-name <AWS::Lambda::Function> ' +
    '--cli-read-timeout 900 --cli-binary-format raw-in-base64-out --payload';
  expect(values).toEqual([
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${SECRET}`,
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${BILLING}`,
    'aws logs tail <AWS::Logs::LogGroup> --region eu-west-1 --since 1d',
    `SECRET_ID='${SECRET}'; ${invoke} "{\\"Step\\":\\"preflight\\",\\"SecretId\\":\\"$SECRET_ID\\"}" /dev/stdout`,
    `SECRET_ID='${SECRET}'; printf 'Username, of which every other password dies now: '; read -r CONFIRM; ` +
      `${invoke} "{\\"Step\\":\\"replaceAll\\",\\"SecretId\\":\\"$SECRET_ID\\",\\"Confirm\\":\\"$CONFIRM\\"}" /dev/stdout`,
    `{"Step":"preflight","SecretId":"${SECRET}"}`,
    `{"Step":"replaceAll","SecretId":"${SECRET}","Confirm":"<username>"}`,
  ]);
});

const CLIENT = ADMIN.replace('admin-a1b2c3', 'client-c7d8e9');

const { cert: PEM } = await makeCertificate('redis.eu.example.com');

test('the parameters of a cluster are made in a tier that takes a bundle of certificates', () => {
  const template = withRotation((stack) => ({
    clusters: {
      eu: {
        apiEndpoints: [API, 'https://10.0.0.2:9443'],
        caCertificate: PEM,
        serverName: 'redis.eu.example.com',
        databaseHosts: ['.redis.eu.example.com'],
        adminSecret: imported(stack, ADMIN),
        clientCertificateSecret: imported(stack, CLIENT),
      },
    },
  }));
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
    ['ca-certificate', 'String', PEM, 'Intelligent-Tiering'],
    ['server-name', 'String', 'redis.eu.example.com', 'Intelligent-Tiering'],
    ['admin-secret-arn', 'String', ADMIN, 'Intelligent-Tiering'],
    ['client-certificate-secret-arn', 'String', CLIENT, 'Intelligent-Tiering'],
    ['database-hosts', 'StringList', '.redis.eu.example.com', 'Intelligent-Tiering'],
    ['clusters', 'StringList', 'eu', 'Intelligent-Tiering'],
  ]);
});

test('the list of clusters is written after their parameters, and names every cluster', () => {
  const { resources } = synthesise((stack) => {
    const cluster = { apiEndpoints: [API] };
    const props = { clusters: { eu: cluster, clusters: cluster } };
    new RedisEnterpriseRotation(stack, 'Rotation', props);
  });
  const parameters = Object.entries(resources).filter(([, { Type }]) => /SSM/.test(Type));
  const names = parameters.map(([, { Properties }]) => String(Properties.Name));
  expect(names.map((name) => name.split('/').slice(3).join('/'))).toEqual([
    'eu/api-endpoints',
    'clusters/api-endpoints',
    'clusters',
  ]);
  const [, list] = parameters.at(-1) ?? [];
  expect(list?.Properties.Value).toBe('eu,clusters');
  const before = parameters.slice(0, -1).map(([id]) => id);
  expect(list?.DependsOn?.toSorted()).toEqual(before.toSorted());
});

test('a permissions boundary is on every role that is made', () => {
  const arn = 'arn:aws:iam::123456789012:policy/boundary';
  const template = withRotation((stack) => ({
    permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn),
  }));
  const roles = ofType(template, 'AWS::IAM::Role');
  expect(roles).toHaveLength(2);
  for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBe(arn);
});

test('a role that is given gets what the function needs, and no other is made for it', () => {
  const template = withRotation((stack) => {
    const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
    return { role: new Role(stack, 'Given', { assumedBy, roleName: 'given' }) };
  });
  const [fn] = ofType(template, 'AWS::Lambda::Function');
  const names = ofType(template, 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName);
  expect(names).toEqual(['given', undefined]);
  const [given] = Object.keys(template.resources).filter((id) => id.startsWith('Given'));
  expect(fn?.Properties.Role).toEqual({ 'Fn::GetAtt': [given, 'Arn'] });
  const ours = [
    ...ofType(template, 'AWS::IAM::Policy'),
    ...ofType(template, 'AWS::IAM::ManagedPolicy'),
  ];
  const onGiven = ours.filter(
    ({ Properties }) =>
      show(template, Properties.Roles) !== '' &&
      JSON.stringify(Properties.Roles).includes(`"${given}"`),
  );
  expect(onGiven).toHaveLength(4);
});
