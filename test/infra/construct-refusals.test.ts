import { Duration, Lazy } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import {
  ADMIN,
  API,
  BILLED,
  BILLING,
  imported,
  ORDERS,
  withRotation,
} from './rotation-template.ts';
import { synthesise } from './template.ts';

const PARTIAL = BILLING.replace('-d4e5f6', '');

type More = (rotation: RedisEnterpriseRotation, stack: Construct) => void;

const scheduled =
  (schedule: string, hours?: number): More =>
  (rotation, stack) =>
    rotation.addSecret('Billing', imported(stack, BILLING), {
      schedule,
      ...(hours !== undefined && { window: Duration.hours(hours) }),
    });

const adopted =
  (props: object): More =>
  (rotation) =>
    rotation.adoptUser('X', { ...ORDERS, ...props });

const MISTAKES: [says: string, more: More][] = [
  ["got 'rate(3 hours)'", scheduled('rate(3 hours)')],
  ["got 'rate(1000 days)'", scheduled('rate(1000 days)')],
  ["got 'cron(5 3 * * ? *)'", scheduled('cron(5 3 * * ? *)')],
  ["got 'cron(0 3 * * ? 2027)'", scheduled('cron(0 3 * * ? 2027)')],
  ["got 'every day'", scheduled('every day')],
  ["hours of the schedule are wrong, got '25'", scheduled('cron(0 25 * * ? *)')],
  ["hours of the schedule are wrong, got '5-2'", scheduled('cron(0 5-2 * * ? *)')],
  ["hours of the schedule are wrong, got '*/0'", scheduled('cron(0 */0 * * ? *)')],
  ["days of the schedule are wrong, got '32'", scheduled('cron(0 3 32 * ? *)')],
  ["months of the schedule are wrong, got 'MAI'", scheduled('cron(0 3 1 MAI ? *)')],
  ["weekdays of the schedule are wrong, got 'SUN#6'", scheduled('cron(0 3 ? * SUN#6 *)')],
  ['must have ? in either days or weekdays', scheduled('cron(0 3 * * * *)')],
  ['must have ? in either days or weekdays', scheduled('cron(0 3 ? * ? *)')],
  ['must leave 4 hours between two rotations', scheduled('cron(0 * * * ? *)')],
  ['must leave 4 hours between two rotations', scheduled('cron(0 1,23 * * ? *)')],
  ['a quarter of the overlap', scheduled('rate(1 day)')],
  ["window of 'rate(30 days)' must be 1 to 24 whole hours", scheduled('rate(30 days)', 1.5)],
  ["window of 'rate(30 days)' must be 1 to 24 whole hours", scheduled('rate(30 days)', 25)],
  ['must be 1 to 2 whole hours', scheduled('cron(0 22 * * ? *)', 3)],
  ['a quarter of the overlap', scheduled('cron(0 */12 * * ? *)')],
  ["weekdays of the schedule are wrong, got 'FOO#1'", scheduled('cron(0 3 ? * FOO#1 *)')],
  ["days of the schedule are wrong, got '?,5'", scheduled('cron(0 3 ?,5 * ? *)')],
  ['must be 1 to 24 whole hours', scheduled('rate(42 hours)', 48)],
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretNameV2(s, 'Name', 'x'), ORDERS),
  ],
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretPartialArn(s, 'Part', PARTIAL), ORDERS),
  ],
  [
    'must be known by its complete ARN',
    (r, s) => {
      const secret = Secret.fromSecretPartialArn(s, 'Part', PARTIAL);
      r.onRotated('X', { secret, target: new SnsTopic(new Topic(s, 'Topic')) });
    },
  ],
  [
    'must be in eu-west-1, got one in us-east-1',
    (r, s) => r.addSecret('X', imported(s, BILLING.replace('eu-west-1', 'us-east-1')), ORDERS),
  ],
  [
    "must be added once, got it again with 'Again'",
    (r, s) => {
      const secret = imported(s, BILLING);
      r.addSecret('Billing', secret, BILLED);
      r.addSecret('Again', secret, BILLED);
    },
  ],
  ["rotateImmediately of 'X' must be true", adopted({ rotateImmediately: false })],
  ['synthesis, got a token', adopted({ host: Lazy.string({ produce: () => 'late' }) })],
  ['synthesis, got a token', adopted({ port: Lazy.number({ produce: () => 1 }) })],
  ['must not have a password', adopted({ fields: { password: 'x' } })],
  ['must not have a password', adopted({ fields: { old: { Password: 'x' } } })],
  ["host of 'X' must be a host name", adopted({ host: 'https://x' })],
  ["host of 'X' must be a host name", adopted({ host: '' })],
  ["must be one of its clusters' databaseHosts", adopted({ host: 'db.example.org' })],
  ["fields of 'X' have a 'login'", adopted({ fields: { login: 'self' } })],
  ["fields of 'X' have a 'ssl'", adopted({ fields: { ssl: 'maybe' } })],
  ["fields of 'X' have a 'clusters'", adopted({ fields: { clusters: [] } })],
  ["fields of 'X' have a 'engine'", adopted({ fields: { engine: 'redis' } })],
  ["fields of 'X' have a 'endpoints'", adopted({ fields: { endpoints: ['x:99999'] } })],
  ["fields of 'X' have a 'port'", adopted({ fields: { port: 1 } })],
  ["username of 'X' must be a name", adopted({ username: 'jürgen' })],
  [
    "username of 'Billing' must be a name",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), { ...ORDERS, username: 'a&b' }),
  ],
  [
    'must be in 123456789012, got one in 210987654321',
    (r, s) =>
      r.addSecret('X', imported(s, BILLING.replace('123456789012', '210987654321')), ORDERS),
  ],
  [
    "user 'orders' already has a secret 'Orders' on every cluster, got 'X'; " +
      "two secrets delete each other's passwords; keep one secret for each user",
    adopted({}),
  ],
  [
    "user 'orders' already has a secret 'Orders' on cluster 'eu', got 'X'",
    adopted({ fields: { clusters: ['eu'] } }),
  ],
  [
    "user 'orders' already has a secret 'Orders' on every cluster, got 'Billing'",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), ORDERS),
  ],
  [
    "user 'billing' already has a secret 'Billing' on cluster 'us', got 'X'",
    (r, s) => {
      r.addSecret('Billing', imported(s, BILLING), { ...BILLED, clusters: ['eu', 'us'] });
      const other = imported(s, BILLING.replace('d4e5f6', 'e5f6a7'));
      r.addSecret('X', other, { ...BILLED, clusters: ['us', 'asia'] });
    },
  ],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'default' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: '' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'a*b' })],
  ["port of 'X' must be 1 to 65535, got 0", adopted({ port: 0 })],
  ["port of 'X' must be 1 to 65535, got 0.5", adopted({ port: 0.5 })],
  ["port of 'X' must be 1 to 65535, got 65536", adopted({ port: 65_536 })],
  ['got none of us', adopted({ fields: { clusters: ['us'] } })],
];

test.each(MISTAKES)('a mistake is refused with %s', (says, more) => {
  expect(() => withRotation(undefined, more)).toThrow(says);
});

test('one user may have a secret for each of several clusters', () => {
  const cluster = (stack: Construct) => ({
    apiEndpoints: [API],
    adminSecret: imported(stack, ADMIN),
  });
  const build = () =>
    synthesise((stack) => {
      const clusters = { eu: cluster(stack), us: cluster(stack), asia: cluster(stack) };
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
      rotation.adoptUser('Eu', { ...ORDERS, fields: { clusters: ['eu'] } });
      rotation.adoptUser('Us', { ...ORDERS, fields: { clusters: ['us'] } });
      const asia = { ...ORDERS, clusters: ['asia'] };
      rotation.addSecret('Asia', imported(stack, BILLING), asia);
    });
  expect(build).not.toThrow();
});

const ACCEPTED: [schedule: string, hours?: number][] = [
  ['rate(7 days)', 24],
  ['rate(42 hours)', 24],
  ['cron(0 0/12 * * ? *)', 12],
  ['cron(0 1,9,17 1-7 JAN,JUL ? *)', 7],
  ['cron(0 23 L * ? *)', 1],
  ['cron(0 3 ? 1/3 MON-FRI *)', 21],
  ['cron(0 3 ? * 1#1 *)', 21],
  ['cron(0 3 ? * 6L *)', 21],
];

const shortOverlap = () => ({ overlap: Duration.hours(12) });

test.each(ACCEPTED)('%s with %i hours is what Secrets Manager takes', (schedule, hours) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).not.toThrow();
});

test.each([
  ['cron(0 */4 * * ? *)', 5, '1 to 4 whole hours'],
  ['cron(0 1,23 * * ? *)', 1, 'must leave 4 hours'],
  ['cron(0 1,4 * * ? *)', 1, 'must leave 4 hours'],
] as const)('%s with %i hours is refused with %s', (schedule, hours, says) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).toThrow(says);
});

type Props = Partial<RedisEnterpriseRotationProps>;

const cluster = (props: object): Props => ({ clusters: { eu: { apiEndpoints: [API], ...props } } });
const { cert: PEM } = await makeCertificate('redis.eu.example.com');
const LATE = Lazy.string({ produce: () => 'late' });

const PROPS: [says: string, props: Props | ((stack: Construct) => Props)][] = [
  [
    'reservedConcurrentExecutions must be at least 10, got 9',
    { functionProps: { reservedConcurrentExecutions: 9 } },
  ],
  [
    'timeout of functionProps must be a whole number from 60 to 900, got 59',
    { functionProps: { timeout: Duration.seconds(59) } },
  ],
  [
    'timeout of functionProps must be a whole number from 60 to 900, got 901',
    { functionProps: { timeout: Duration.seconds(901) } },
  ],
  [
    'reservedConcurrentExecutions must be at least 10, got 0',
    { functionProps: { reservedConcurrentExecutions: 0 } },
  ],
  [
    'functionProps.environment must not set NODE_TLS_REJECT_UNAUTHORIZED: it switches the ' +
      'verification of certificates off; set caCertificate of the cluster instead',
    { functionProps: { environment: { [TLS_SWITCH]: '0' } } },
  ],
  [
    'functionProps.environment must not set NODE_TLS_REJECT_UNAUTHORIZED',
    { functionProps: { environment: { [TLS_SWITCH]: '1' } } },
  ],
  [
    'must not set AWS_ENDPOINT_URL_SSM: it would send secrets in clear text',
    { functionProps: { environment: { AWS_ENDPOINT_URL_SSM: 'http://10.0.0.1' } } },
  ],
  [
    'must not set NODE_DEBUG: it writes headers of requests to the log',
    { functionProps: { environment: { NODE_DEBUG: 'net' } } },
  ],
  ['need vpc, got none', { createVpcEndpoints: true }],
  ['need vpc, got none', { vpcSubnets: {} }],
  [
    'need vpc, got none',
    (s) => ({ securityGroups: [SecurityGroup.fromSecurityGroupId(s, 'G', 'sg-1')] }) as Props,
  ],
  [
    'securityGroups must have at least one',
    (s) => ({ vpc: new Vpc(s, 'V'), securityGroups: [] }) as Props,
  ],
  ['overlap must be at most 90 days', { overlap: Duration.days(91) }],
  ['passwordLength must be a whole number from 16 to 128, got 0', { passwordLength: 0 }],
  ['passwordLength must be a whole number from 16 to 128, got 129', { passwordLength: 129 }],
  ['excludeCharacters must be printable ASCII', { excludeCharacters: 'é' }],
  ['excludeCharacters must be printable ASCII', { excludeCharacters: '0123456789' }],
  ['exactly one of clusters', { ...cluster({}), clustersPath: '/x' }],
  ['exactly one of clusters, with a cluster in it', { clusters: {} }],
  ['clustersPath must be a path such as', { clustersPath: 'redis/' }],
  ["clusters of 'Orders' must each have an adminSecret", { clustersPath: '/redis/clusters' }],
  ["clusters of 'Orders' must each have an adminSecret", cluster({})],
  ['must be https://host:port, got http://x', cluster({ apiEndpoints: ['http://x'] })],
  ['https://host:port, got ***@x', cluster({ apiEndpoints: ['https://u:p@x'] })],
  ['https://host:port, got ***@x', cluster({ apiEndpoints: ['u:p@x'] })],
  ['https://host:port, got https://x:99999', cluster({ apiEndpoints: ['https://x:99999'] })],
  ['https://host:port, got ', cluster({ apiEndpoints: [`https://${LATE}`] })],
  ["serverName of cluster 'eu' must be a host name", cluster({ serverName: 'https://x' })],
  ["databaseHosts of cluster 'eu' must be host names", cluster({ databaseHosts: [''] })],
  ['must be https://host:port, got none', cluster({ apiEndpoints: [] })],
  ["databaseHosts of cluster 'eu' must be host names", cluster({ databaseHosts: [] })],
  ["caCertificate of cluster 'eu' must be PEM", cluster({ caCertificate: '' })],
  ['with no private key', cluster({ caCertificate: `${PEM}-----BEGIN PRIVATE KEY-----` })],
  ['at most 8192 bytes', cluster({ caCertificate: PEM + ' '.repeat(8_192) })],
  [
    'must be known by its complete ARN',
    (s) => cluster({ adminSecret: Secret.fromSecretPartialArn(s, 'Admin', PARTIAL) }),
  ],
  [
    'must be known by its complete ARN',
    (s) => {
      const adminSecrets = [Secret.fromSecretNameV2(s, 'Admin', 'admin')];
      return { clustersPath: '/redis/clusters', adminSecrets };
    },
  ],
  [
    'role must be of account 123456789012, got one of 210987654321',
    (s) => ({ role: Role.fromRoleArn(s, 'R', 'arn:aws:iam::210987654321:role/x') }),
  ],
  [
    "cluster name must have letters, digits, '.', '_' and '-', got 'e u'",
    { clusters: { 'e u': { apiEndpoints: [API] } } },
  ],
];

test.each(PROPS)('a construct is refused with %s', (says, props) => {
  const of = (stack: Construct) => (typeof props === 'function' ? props(stack) : props);
  expect(() => withRotation(of)).toThrow(says);
});
