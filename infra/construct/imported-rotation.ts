import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IManagedPolicy, type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { type IFunction, Function as ImportedFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { TIMEOUT_RANGE } from '../../lambda/settings.ts';
import { SecretAccess } from './access/secret-access.ts';
import { DEFAULT_OVERLAP } from './function/environment.ts';
import { checkImportedArns } from './imported-arns.ts';
import { RotationBase } from './rotation-base.ts';
import { ReconcileSchedule } from './schedule/reconcile-schedule.ts';
import { RotatedSecrets } from './secrets/rotated-secrets.ts';

/** The attributes of a construct that another stack or app imports. */
export interface RedisEnterpriseRotationAttributes {
  /**
   * The ARN of the rotation function, without a version or an alias.
   *
   * @example
   * const functionArn = Fn.importValue('RotationFunctionArn');
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', { functionArn, clustersPath });
   */
  readonly functionArn: string;

  /**
   * The path of the clusters' parameters: `clustersPath` of the construct.
   *
   * @example
   * const clustersPath = '/redis-enterprise/clusters';
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', { functionArn, clustersPath });
   */
  readonly clustersPath: string;

  /**
   * The ARN of the function's role. Secrets and grants need it. Each stack with secrets attaches
   * managed policies to the role. IAM allows 10 of them for a role by default.
   *
   * @default - the role is unknown, so the construct rotates no secret
   *
   * @example
   * const roleArn = Fn.importValue('RotationRoleArn');
   * const attributes = { functionArn, clustersPath, roleArn };
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', attributes);
   */
  readonly roleArn?: string;

  /**
   * A security group of the function. The construct opens no port in it.
   *
   * @default - the construct has no connections
   *
   * @example
   * const securityGroup = SecurityGroup.fromSecurityGroupId(this, 'Group', 'sg-0123456789abcdef0');
   * const attributes = { functionArn, clustersPath, securityGroup };
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', attributes);
   */
  readonly securityGroup?: ISecurityGroup;

  /**
   * The overlap of the function. The time between two rotations must be at least a quarter of it.
   *
   * @default Duration.days(7)
   *
   * @example
   * const attributes = { functionArn, clustersPath, roleArn, overlap: Duration.days(3) };
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', attributes);
   */
  readonly overlap?: Duration;

  /**
   * Every role that the construct creates gets this permissions boundary.
   *
   * @default - no boundary
   *
   * @example
   * const permissionsBoundary = ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'boundary');
   * const attributes = { functionArn, clustersPath, roleArn, permissionsBoundary };
   * RedisEnterpriseRotation.fromAttributes(this, 'Rotation', attributes);
   */
  readonly permissionsBoundary?: IManagedPolicy;
}

// The timeout of the function is unknown here.
const TIMEOUT_MAX = Duration.seconds(TIMEOUT_RANGE.max);

/** A construct of another app, by its attributes. */
export class ImportedRotation extends RotationBase {
  readonly rotationFunction: IFunction;
  readonly clustersPath: string;
  readonly role?: IRole;
  private readonly attributes: RedisEnterpriseRotationAttributes;
  private rotated: RotatedSecrets | undefined;

  constructor(scope: Construct, id: string, attributes: RedisEnterpriseRotationAttributes) {
    super(scope, id);
    this.attributes = attributes;
    const { functionArn, clustersPath, roleArn, securityGroup } = attributes;
    checkImportedArns(this, attributes);
    this.clustersPath = clustersPath;
    if (roleArn !== undefined) this.role = Role.fromRoleArn(this, 'Role', roleArn);
    this.rotationFunction = ImportedFunction.fromFunctionAttributes(this, 'Function', {
      functionArn,
      ...(this.role && { role: this.role }),
      ...(securityGroup && { securityGroup }),
    });
  }

  /** An import without secrets creates no resources. */
  protected get secrets(): RotatedSecrets {
    this.rotated ??= this.createSecrets();
    return this.rotated;
  }

  private createSecrets(): RotatedSecrets {
    if (this.role === undefined) {
      throw new Error(
        `'${this.node.path}' must have roleArn to rotate a secret, got none; ` +
          'hint: set roleArn to the role of the function, which gets the permissions',
      );
    }
    const { overlap = DEFAULT_OVERLAP, permissionsBoundary } = this.attributes;
    const fn = this.rotationFunction;
    const access = new SecretAccess(this, 'Access', this.role);
    return new RotatedSecrets(this, 'Users', {
      ...{ rotation: this, fn, overlap, access, own: undefined },
      reconcileSchedule: new ReconcileSchedule(this, 'Reconcile', fn, this.attributes),
      userFields: { fn, permissionsBoundary, logGroup: undefined, timeout: TIMEOUT_MAX },
      scheduleDependencies: [access],
    });
  }
}
