import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../cdk/acknowledge.ts';
import { rolesToAttach } from '../cdk/role-policies.ts';

// AWS Lambda uses these with the function's role to attach the function to a VPC.
const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

interface FunctionPolicyProps {
  readonly role: IRole;
  readonly logGroup: ILogGroup;
  readonly clustersPath: string;
  readonly isInVpc: boolean;
}

/** Creates the policy for what the function needs besides the secrets. */
export function createFunctionPolicy(
  scope: Construct,
  id: string,
  { role, logGroup, clustersPath, isInVpc }: FunctionPolicyProps,
): ManagedPolicy {
  const parameters = Stack.of(scope).formatArn({
    service: 'ssm',
    resource: `parameter${clustersPath}`,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
  const statements = [
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [parameters] }),
  ];
  const policy = new ManagedPolicy(scope, id, { roles: rolesToAttach(role), statements });
  if (isInVpc) allowNetwork(policy);
  return policy;
}

/** Allows AWS Lambda to attach the function to a VPC. */
export function allowNetwork(policy: ManagedPolicy): void {
  policy.addStatements(new PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
  acknowledge(
    policy,
    [{ pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' }],
    'AWS Lambda creates the network interfaces, whose ids are unknown in advance',
  );
}
