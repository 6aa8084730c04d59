import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, Names, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LAMBDA_FOLDER } from '../lambda-folder.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';

type GivenProps = Pick<
  RedisEnterpriseRotationProps,
  | 'vpc'
  | 'vpcSubnets'
  | 'securityGroups'
  | 'role'
  | 'permissionsBoundary'
  | 'logRetention'
  | 'functionProps'
>;

interface RotationFunctionProps extends GivenProps {
  /** The function's settings, as environment variables. */
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
}

// The bundle and a TLS handshake are quick with half a core, and need far less memory.
const MEMORY_MB = 512;

// Below it rotations are throttled, and may loop between two steps: AWS's own documentation.
const RESERVED_CONCURRENCY_MIN = 10;

// What AWS Lambda itself does with the role to reach a VPC.
const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** The function with its log group, a role of its own, and the permission to be called. */
export class RotationFunction extends Construct {
  readonly fn: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    checkConcurrency(props.functionProps?.reservedConcurrentExecutions);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_YEAR,
    });
    this.logGroup = logGroup;
    this.role = props.role ?? this.createRole(props.permissionsBoundary);
    checkAccount(this, this.role);
    // A name of its own, since a role that is given may be used by several constructs.
    const policyName = Names.uniqueResourceName(this, { maxLength: 128 });
    const policy = new iam.Policy(this, 'Policy', { policyName, roles: [this.role] });
    policy.addStatements(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (props.vpc !== undefined) allowNetwork(policy);
    this.fn = new lambda.Function(this, 'Function', {
      description: 'Rotates passwords of Redis Enterprise users for AWS Secrets Manager',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(builtFolder()),
      handler: 'index.handler',
      memorySize: MEMORY_MB,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...networkOf(props),
      ...props.functionProps,
      // A refused login counts towards a lock-out: nobody repeats it but Secrets Manager.
      retryAttempts: 0,
      timeout: props.timeout,
      environment: { ...props.functionProps?.environment, ...props.environment },
      logGroup,
      role: this.role,
    });
    // Lambda checks the role's network permissions when it makes the function.
    this.fn.node.addDependency(policy);
    // Secrets Manager of this account may call the function, for whichever secret.
    new lambda.CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.fn.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Stack.of(this).account,
    });
  }

  private createRole(boundary: iam.IManagedPolicy | undefined): iam.Role {
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      ...(boundary && { permissionsBoundary: boundary }),
    });
  }
}

function allowNetwork(policy: iam.Policy): void {
  policy.addStatements(new iam.PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'AWS Lambda makes the network interfaces of a function, whose ids nobody knows before',
  });
}

function networkOf({ vpc, vpcSubnets, securityGroups }: RotationFunctionProps) {
  if (vpc === undefined) return {};
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

function checkAccount(scope: Construct, role: iam.IRole): void {
  const { account } = Stack.of(scope);
  if (Token.isUnresolved(account) || Token.isUnresolved(role.env.account)) return;
  if (role.env.account === account) return;
  throw new Error(
    `role must be of account ${account}, got one of ${role.env.account}; ` +
      'AWS Lambda takes roles of its own account only',
  );
}

function checkConcurrency(reserved: number | undefined): void {
  if (reserved === undefined || reserved >= RESERVED_CONCURRENCY_MIN) return;
  throw new Error(
    `reservedConcurrentExecutions must be at least ${RESERVED_CONCURRENCY_MIN}, got ${reserved}; ` +
      'with fewer, rotations are throttled',
  );
}

function builtFolder(): string {
  if (existsSync(join(LAMBDA_FOLDER, 'index.mjs'))) return LAMBDA_FOLDER;
  throw new Error(
    `the function is not built, got no index.mjs in ${LAMBDA_FOLDER}; run npm run build`,
  );
}
