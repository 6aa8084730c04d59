import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LAMBDA_FOLDER } from '../../lambda-folder.ts';
import { acknowledge, complianceFindings } from '../cdk/acknowledge.ts';
import { type AllowedFunctionOptions, checkFunctionOptions } from '../props/function-options.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';
import { createFunctionPolicy } from './function-policy.ts';
import { createLogGroup } from './log-group.ts';

type GivenProps = Pick<
  RedisEnterpriseRotationProps,
  | 'vpc'
  | 'vpcSubnets'
  | 'securityGroups'
  | 'role'
  | 'permissionsBoundary'
  | 'logGroup'
  | 'logRetention'
  | 'functionProps'
  | 'code'
>;

interface RotationFunctionProps extends GivenProps {
  readonly clustersPath: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
}

// Older versions of aws-cdk-lib have no constant for it.
export const NODEJS_24 = new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS);

// The function needs far less memory, but half a core loads it and shakes hands quickly.
export const MEMORY_MB = 512;

/** The function with its log group and role. Secrets Manager may invoke it. */
export class RotationFunction extends Construct {
  readonly fn: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: ILogGroup;
  /** The permissions that the function needs besides those on secrets. */
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    checkFunctionOptions(props);
    this.logGroup = props.logGroup ?? createLogGroup(this, 'Logs', props.logRetention);
    this.role = props.role ?? this.createRole(props.permissionsBoundary);
    checkRoleAccount(this, this.role);
    this.policy = createFunctionPolicy(this, 'Policy', {
      role: this.role,
      logGroup: this.logGroup,
      clustersPath: props.clustersPath,
      isInVpc: props.vpc !== undefined,
    });
    this.fn = this.createFunction(props);
    acknowledgeLimits(this.fn, props.functionProps);
    // Lambda checks the role's network permissions when it creates the function.
    this.fn.node.addDependency(this.policy);
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

  private createFunction(props: RotationFunctionProps): lambda.Function {
    return new lambda.Function(this, 'Function', {
      description: 'Rotates passwords of Redis Enterprise users for AWS Secrets Manager',
      runtime: NODEJS_24,
      architecture: lambda.Architecture.ARM_64,
      code: props.code?.rotation ?? lambda.Code.fromAsset(builtFolder()),
      handler: 'index.handler',
      memorySize: MEMORY_MB,
      ...networkOf(props),
      ...props.functionProps,
      loggingFormat: lambda.LoggingFormat.JSON,
      // A rejected login counts towards a lockout, so only Secrets Manager retries.
      retryAttempts: 0,
      timeout: props.timeout,
      environment: { ...props.functionProps?.environment, ...props.environment },
      logGroup: this.logGroup,
      role: this.role,
    });
  }
}

function acknowledgeLimits(
  fn: lambda.Function,
  { reservedConcurrentExecutions, deadLetterQueue }: AllowedFunctionOptions = {},
): void {
  if (reservedConcurrentExecutions === undefined) {
    const reason =
      'reserved concurrency takes from the quota of the account; functionProps can reserve it';
    acknowledge(fn, complianceFindings('LambdaConcurrency'), reason);
  }
  if (deadLetterQueue === undefined) {
    const reason =
      'Secrets Manager and the hourly schedule invoke the function again, and alarms fire if ' +
      'they do not';
    acknowledge(fn, complianceFindings('LambdaDLQ'), reason);
  }
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

function builtFolder(): string {
  if (existsSync(join(LAMBDA_FOLDER, 'index.mjs'))) return LAMBDA_FOLDER;
  throw new Error(
    `the function must be in ${LAMBDA_FOLDER}, got no index.mjs there; hint: if a bundler packs ` +
      'your app, exclude redis-enterprise-rotation from the bundle (--external with esbuild); in ' +
      'a clone of redis-enterprise-rotation, run npm run build',
  );
}
