import { Duration } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props.ts';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { type Addition, BILLING, imported, withRotation } from './rotation-template.ts';

type Props = Partial<RedisEnterpriseRotationProps>;

const withVariable = (name: string, value: string): Props => ({
  functionProps: { environment: { [name]: value } },
});
const createsEndpoints = (stack: Construct) =>
  ({ vpc: new Vpc(stack, 'V'), createVpcEndpoints: true }) as Props;

const INVALID_PROPS: [error: string, props: Props | ((stack: Construct) => Props)][] = [
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
    'functionProps.environment must not set NODE_TLS_REJECT_UNAUTHORIZED: it disables ' +
      'TLS verification; hint: set caCertificate of the cluster',
    { functionProps: { environment: { [TLS_SWITCH]: '0' } } },
  ],
  [
    'functionProps.environment must not set NODE_TLS_REJECT_UNAUTHORIZED',
    { functionProps: { environment: { [TLS_SWITCH]: '1' } } },
  ],
  [
    'must not set AWS_ENDPOINT_URL_SSM: it sends secrets in clear text',
    { functionProps: { environment: { AWS_ENDPOINT_URL_SSM: 'http://10.0.0.1' } } },
  ],
  [
    'must not set NODE_DEBUG: it writes headers of requests to the log',
    { functionProps: { environment: { NODE_DEBUG: 'net' } } },
  ],
  [
    'createVpcEndpoints does not create the endpoints that AWS_USE_FIPS_ENDPOINT of',
    (s) => ({ ...createsEndpoints(s), ...withVariable('AWS_USE_FIPS_ENDPOINT', 'TRUE') }),
  ],
  [
    'createVpcEndpoints does not create the endpoints that AWS_USE_DUALSTACK_ENDPOINT of',
    (s) => ({ ...createsEndpoints(s), ...withVariable('AWS_USE_DUALSTACK_ENDPOINT', 'true') }),
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
  ['overlap must be at most 90 days, got 91 days', { overlap: Duration.days(91) }],
  ['passwordLength must be a whole number from 16 to 128, got 0', { passwordLength: 0 }],
  ['passwordLength must be a whole number from 16 to 128, got 129', { passwordLength: 129 }],
  ['excludeCharacters must be printable ASCII', { excludeCharacters: 'é' }],
  ['excludeCharacters must be printable ASCII', { excludeCharacters: '0123456789' }],
  [
    'role must be of account 123456789012, got one of 210987654321',
    (s) => ({ role: Role.fromRoleArn(s, 'R', 'arn:aws:iam::210987654321:role/x') }),
  ],
];

test.each(INVALID_PROPS)('the construct rejects properties with: %s', (error, props) => {
  const propsIn = (stack: Construct) => (typeof props === 'function' ? props(stack) : props);
  expect(() => withRotation(propsIn)).toThrow(error);
});

const scheduled =
  (schedule: string, hours?: number): Addition =>
  (rotation, stack) =>
    rotation.addSecret('Billing', imported(stack, BILLING), {
      schedule,
      ...(hours !== undefined && { window: Duration.hours(hours) }),
    });

const INVALID_SCHEDULES: [error: string, add: Addition][] = [
  ["got 'rate(3 hours)'", scheduled('rate(3 hours)')],
  ["got 'rate(1000 days)'", scheduled('rate(1000 days)')],
  ["got 'cron(5 3 * * ? *)'", scheduled('cron(5 3 * * ? *)')],
  ["got 'cron(0 3 * * ? 2027)'", scheduled('cron(0 3 * * ? 2027)')],
  ["got 'every day'", scheduled('every day')],
  ["hours of the schedule are invalid, got '25'", scheduled('cron(0 25 * * ? *)')],
  ["hours of the schedule are invalid, got '5-2'", scheduled('cron(0 5-2 * * ? *)')],
  ["hours of the schedule are invalid, got '*/0'", scheduled('cron(0 */0 * * ? *)')],
  ["days of the schedule are invalid, got '32'", scheduled('cron(0 3 32 * ? *)')],
  ["months of the schedule are invalid, got 'MAI'", scheduled('cron(0 3 1 MAI ? *)')],
  ["weekdays of the schedule are invalid, got 'SUN#6'", scheduled('cron(0 3 ? * SUN#6 *)')],
  ['must have ? in either days or weekdays', scheduled('cron(0 3 * * * *)')],
  ['must have ? in either days or weekdays', scheduled('cron(0 3 ? * ? *)')],
  ['must leave 4 hours between two rotations', scheduled('cron(0 * * * ? *)')],
  ['must leave 4 hours between two rotations', scheduled('cron(0 1,23 * * ? *)')],
  ['a quarter of the overlap', scheduled('rate(1 day)')],
  ["window of 'rate(30 days)' must be 1 to 24 whole hours", scheduled('rate(30 days)', 1.5)],
  ["window of 'rate(30 days)' must be 1 to 24 whole hours", scheduled('rate(30 days)', 25)],
  ['must be 1 to 2 whole hours', scheduled('cron(0 22 * * ? *)', 3)],
  ['a quarter of the overlap', scheduled('cron(0 */12 * * ? *)')],
  ["weekdays of the schedule are invalid, got 'FOO#1'", scheduled('cron(0 3 ? * FOO#1 *)')],
  ["days of the schedule are invalid, got '?,5'", scheduled('cron(0 3 ?,5 * ? *)')],
  ['must be 1 to 24 whole hours', scheduled('rate(42 hours)', 48)],
];

test.each(INVALID_SCHEDULES)('the construct rejects a schedule with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
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

test.each(ACCEPTED)('the construct accepts %s with a window of %i hours', (schedule, hours) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).not.toThrow();
});

test.each([
  ['cron(0 */4 * * ? *)', 5, '1 to 4 whole hours'],
  ['cron(0 1,23 * * ? *)', 1, 'must leave 4 hours'],
  ['cron(0 1,4 * * ? *)', 1, 'must leave 4 hours'],
] as const)('the construct rejects %s with a window of %i hours: %s', (schedule, hours, error) => {
  expect(() => withRotation(shortOverlap, scheduled(schedule, hours))).toThrow(error);
});
