import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLogLevel, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { withRotation } from './rotation-template.ts';

type Props = Partial<RedisEnterpriseRotationProps>;

// JavaScript can set what the types leave out.
const withOption = (functionProps: object) => (): Props => ({ functionProps });
const withVariable = (name: string, value: string) =>
  withOption({ environment: { [name]: value } });

const INVALID: [error: string, props: (stack: Construct) => Props][] = [
  [
    'must not set NODE_OPTIONS: it can change how Node.js verifies TLS; hint: remove it',
    withVariable('NODE_OPTIONS', '--use-openssl-ca'),
  ],
  [
    'must not set NODE_EXTRA_CA_CERTS: every connection would trust these certificates; hint: set',
    withVariable('NODE_EXTRA_CA_CERTS', '/opt/ca.pem'),
  ],
  ...Object.entries({
    CLUSTERS_PATH: 'clustersPath',
    OVERLAP_SECONDS: 'overlap',
    PASSWORD_LENGTH: 'passwordLength',
    EXCLUDE_CHARACTERS: 'excludeCharacters',
    FUNCTION_TIMEOUT_SECONDS: 'timeout of functionProps',
  }).map(([name, property]): [string, () => Props] => [
    `must not set ${name}: the construct sets it; hint: set ${property}`,
    withVariable(name, '0'),
  ]),
  [
    'of functionProps must be INFO, because metrics are log lines of that level, got WARN',
    withOption({ applicationLogLevel: 'WARN' }),
  ],
  ['level, got ERROR; hint', withOption({ applicationLogLevelV2: ApplicationLogLevel.ERROR })],
  ['the log format of functionProps must be JSON, got Text', withOption({ logFormat: 'Text' })],
  ['must be JSON, got Text; hint', withOption({ loggingFormat: LoggingFormat.TEXT })],
  [
    'logRetention must not be set beside logGroup',
    (stack) => ({ logGroup: new LogGroup(stack, 'L'), logRetention: RetentionDays.ONE_DAY }),
  ],
  ['vpcEndpoints and createVpcEndpoints need vpc, got none', () => ({ vpcEndpoints: [] })],
  [
    'createVpcEndpoints must not be set beside vpcEndpoints',
    (stack) => ({ vpc: new Vpc(stack, 'V') as IVpc, createVpcEndpoints: true, vpcEndpoints: [] }),
  ],
];

test.each(INVALID)('the construct rejects a function with: %s', (error, props) => {
  expect(() => withRotation(props)).toThrow(error);
});

test('the construct accepts a log level below INFO, which has metrics too', () => {
  const { DEBUG } = ApplicationLogLevel;
  expect(() => withRotation(withOption({ applicationLogLevelV2: DEBUG }))).not.toThrow();
});
