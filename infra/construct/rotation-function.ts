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
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
}

// The function needs far less memory, but half a core loads it and shakes hands quickly.
const MEMORY_MB = 512;

// AWS documents that fewer may throttle rotations, which then loop between two steps.
const RESERVED_CONCURRENCY_MIN = 10;

// AWS Lambda uses these with the function's role to attach the function to a VPC.
const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** The function with its log group and role. Secrets Manager may invoke it. */
export class RotationFunction extends Construct {
  readonly fn: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    checkConcurrency(props.functionProps?.reservedConcurrentExecutions);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_YEAR,
    });
    this.role = props.role ?? this.createRole(props.permissionsBoundary);
    checkRoleAccount(this, this.role);
    const policy = this.createPolicy();
    if (props.vpc !== undefined) allowNetwork(policy);
    this.fn = this.createFunction(props);
    // Lambda checks the role's network permissions when it creates the function.
    this.fn.node.addDependency(policy);
    // Allows Secrets Manager to invoke the function for any secret of this account.
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

  private createPolicy(): iam.Policy {
    // A unique name, because several constructs may share one role.
    const policyName = Names.uniqueResourceName(this, { maxLength: 128 });
    const policy = new iam.Policy(this, 'Policy', { policyName, roles: [this.role] });
    policy.addStatements(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    return policy;
  }

  private createFunction(props: RotationFunctionProps): lambda.Function {
    return new lambda.Function(this, 'Function', {
      description: 'Rotates passwords of Redis Enterprise users for AWS Secrets Manager',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(builtFolder()),
      handler: 'index.handler',
      memorySize: MEMORY_MB,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...networkOf(props),
      ...props.functionProps,
      // A rejected login counts towards a lockout, so only Secrets Manager retries.
      retryAttempts: 0,
      timeout: props.timeout,
      environment: { ...props.functionProps?.environment, ...props.environment },
      logGroup: this.logGroup,
      role: this.role,
    });
  }
}

function allowNetwork(policy: iam.Policy): void {
  policy.addStatements(new iam.PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'AWS Lambda creates the network interfaces, whose ids are unknown in advance',
  });
}

function networkOf({ vpc, vpcSubnets, securityGroups }: RotationFunctionProps) {
  if (vpc === undefined) return {};
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

function checkRoleAccount(scope: Construct, role: iam.IRole): void {
  const { account } = Stack.of(scope);
  if (Token.isUnresolved(account) || Token.isUnresolved(role.env.account)) return;
  if (role.env.account === account) return;
  throw new Error(
    `role must be of account ${account}, got one of ${role.env.account}; ` +
      'hint: use a role of the account of the function',
  );
}

function checkConcurrency(reserved: number | undefined): void {
  if (reserved === undefined || reserved >= RESERVED_CONCURRENCY_MIN) return;
  throw new Error(
    `reservedConcurrentExecutions must be at least ${RESERVED_CONCURRENCY_MIN}, got ${reserved}; ` +
      'hint: reserve more, because AWS throttles rotations otherwise',
  );
}

function builtFolder(): string {
  if (existsSync(join(LAMBDA_FOLDER, 'index.mjs'))) return LAMBDA_FOLDER;
  throw new Error(
    `the function must be built, got no index.mjs in ${LAMBDA_FOLDER}; hint: run npm run build`,
  );
}
