import { CustomResource, Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { TIMEOUT_RANGE } from '../../../lambda/settings.ts';
import { USER_FIELDS_FOLDER } from '../../lambda-folder.ts';
import { MARGIN_MS, RETRY_MS } from '../../user-fields/limits.ts';
import { FUNCTION_ARN, RESOURCE_TYPE } from '../../user-fields/names.ts';
import { PolicyPages } from '../access/policy-pages.ts';
import { acknowledge, complianceFindings } from '../cdk/acknowledge.ts';
import { createLogGroup } from '../function/log-group.ts';
import { NODEJS_24 } from '../function/rotation-function.ts';
import type { UserValue } from './user-value.ts';

export interface UserFieldsProps {
  /** The rotation function, which writes the fields. */
  readonly fn: lambda.IFunction;
  readonly timeout: Duration;
  /** Undefined if another app has the function: then the handler gets a log group. */
  readonly logGroup: ILogGroup | undefined;
  readonly permissionsBoundary: iam.IManagedPolicy | undefined;
  /** @default - the folder that the build writes */
  readonly code?: lambda.Code | undefined;
}

// The handler waits for the rotation function, retries, and answers CloudFormation.
const OWN_SECONDS = Math.ceil((RETRY_MS + MARGIN_MS) / 1_000);
// CloudFormation may start the handler late, after a throttle.
const START_SECONDS = 120;
// The default. The handler waits most of the time.
const MEMORY_MB = 128;

/** What the handler may do with the secrets of users. */
export const START_ROTATION = {
  secrets: ['secretsmanager:RotateSecret'],
  keys: [],
  maxPages: 8,
};

// The longest time that a handler takes, with the time until it starts.
const LONGEST = Duration.seconds(TIMEOUT_RANGE.max + START_SECONDS);

/** Creates the custom resource that writes the fields of a secret. */
export function createFields(
  scope: Construct,
  handlerArn: string,
  secret: ISecret,
  { fields, extraFields, texts }: UserValue,
  serviceTimeout = LONGEST,
): CustomResource {
  return new CustomResource(scope, 'Fields', {
    serviceToken: handlerArn,
    resourceType: RESOURCE_TYPE,
    serviceTimeout,
    properties: {
      SecretId: secret.secretArn,
      // CloudFormation turns numbers and booleans into strings, but not those of a JSON text.
      Fields: Stack.of(scope).toJsonString(fields),
      ...(extraFields !== undefined && { ExtraFields: extraFields }),
      ...(Object.keys(texts).length > 0 && { Texts: texts }),
    },
  });
}

/** Returns the timeout of the handler, which waits for the rotation function. */
function handlerSeconds(timeoutSeconds: number): number {
  if (Token.isUnresolved(timeoutSeconds)) return TIMEOUT_RANGE.max;
  return Math.min(timeoutSeconds + OWN_SECONDS, TIMEOUT_RANGE.max);
}

/**
 * Writes the fields of users' secrets, in deployments: custom resources, and their handler. The
 * handler runs outside the VPC, because it only calls AWS Lambda, Secrets Manager and
 * CloudFormation.
 */
export class UserFields extends Construct {
  readonly handler: lambda.Function;
  readonly role: iam.Role;
  private readonly secrets: PolicyPages;
  private readonly serviceTimeout: Duration;

  constructor(scope: Construct, id: string, props: UserFieldsProps) {
    super(scope, id);
    const { fn, permissionsBoundary } = props;
    const logGroup = props.logGroup ?? createLogGroup(this, 'Logs');
    const seconds = handlerSeconds(props.timeout.toSeconds());
    this.serviceTimeout = Duration.seconds(seconds + START_SECONDS);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      ...(permissionsBoundary && { permissionsBoundary }),
    });
    const policy = this.createPolicy(this.role, fn, logGroup);
    this.secrets = new PolicyPages(this, 'Secrets', this.role, START_ROTATION);
    this.handler = new lambda.Function(this, 'Handler', {
      description: 'Writes the fields of Redis Enterprise users into their secrets, in deployments',
      runtime: NODEJS_24,
      architecture: lambda.Architecture.ARM_64,
      code: props.code ?? lambda.Code.fromAsset(USER_FIELDS_FOLDER),
      handler: 'index.handler',
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(seconds),
      environment: { [FUNCTION_ARN]: fn.functionArn },
      logGroup,
      role: this.role,
    });
    this.handler.node.addDependency(policy);
    acknowledgeHandler(this.handler);
  }

  /** Creates the custom resource of a secret's fields. */
  add(scope: Construct, secret: ISecret, value: UserValue): CustomResource {
    this.secrets.add(secret);
    const { functionArn } = this.handler;
    const resource = createFields(scope, functionArn, secret, value, this.serviceTimeout);
    resource.node.addDependency(this.secrets);
    return resource;
  }

  private createPolicy(role: iam.IRole, fn: lambda.IFunction, logGroup: ILogGroup) {
    const allow = (actions: string[], resource: string) =>
      new iam.PolicyStatement({ actions, resources: [resource] });
    return new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        allow(['lambda:InvokeFunction'], fn.functionArn),
        allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
      ],
    });
  }
}

function acknowledgeHandler(handler: lambda.Function): void {
  const reasons = {
    LambdaConcurrency: 'reserved concurrency takes from the quota of the account',
    LambdaDLQ: 'a deployment that fails runs again',
    LambdaInsideVPC: 'the handler only calls AWS',
  };
  for (const [rule, reason] of Object.entries(reasons)) {
    acknowledge(handler, complianceFindings(rule), reason);
  }
}
