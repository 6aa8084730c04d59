import { Duration } from 'aws-cdk-lib';
import {
  type IInterfaceVpcEndpoint,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { withRotation } from './rotation-template.ts';

type Props = Partial<RedisEnterpriseRotationProps>;

const withVariable = (name: string, value: string): Props => ({
  functionProps: { environment: { [name]: value } },
});
const createsEndpoints = (stack: Construct) =>
  ({ vpc: new Vpc(stack, 'V'), createVpcEndpoints: true }) as Props;

const SQS = InterfaceVpcEndpointAwsService.SQS;
const importedEndpoint = (s: Construct) =>
  InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(s, 'Endpoint', {
    vpcEndpointId: 'vpce-1',
    port: 443,
  });
function withEndpoint(s: Construct, create: (vpc: Vpc) => IInterfaceVpcEndpoint): Props {
  const vpc = new Vpc(s, 'V');
  return { vpc: vpc as IVpc, vpcEndpoints: [create(vpc)] };
}

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
  ['firstRotationsAtOnce must be a whole number from 1, got 0', { firstRotationsAtOnce: 0 }],
  ['secretsOfOtherStacks must be a whole number, 0 or more, got -1', { secretsOfOtherStacks: -1 }],
  [
    'secretsOfOtherStacks must be a whole number, 0 or more, got 1.5',
    { secretsOfOtherStacks: 1.5 },
  ],
  [
    "vpcEndpoints must be of Secrets Manager or Systems Manager (ssm), got 'Sqs' of sqs; hint:",
    (s) => withEndpoint(s, (vpc) => vpc.addInterfaceEndpoint('Sqs', { service: SQS })),
  ],
  [
    "vpcEndpoints must have security groups, got 'Endpoint' without one; hint: import it with",
    (s) => withEndpoint(s, () => importedEndpoint(s)),
  ],
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
