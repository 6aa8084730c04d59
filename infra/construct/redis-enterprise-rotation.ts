/**
 * Every property and method of the construct. `npm run docs` writes this page from the comments in
 * the code. The examples are parts of a stack, `this`. Each name that an example does not declare
 * comes from `aws-cdk-lib`, or from another example.
 *
 * @packageDocumentation
 */

import { Duration } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AlarmName } from '../monitoring/alarm-definitions.ts';
import { Monitoring } from '../monitoring/monitoring.ts';
import { SecretAccess } from './access/secret-access.ts';
import { Clusters, referencedSecrets } from './clusters/clusters.ts';
import { DEFAULT_OVERLAP, environmentVariables } from './function/environment.ts';
import { RotationFunction } from './function/rotation-function.ts';
import { ImportedRotation, type RedisEnterpriseRotationAttributes } from './imported-rotation.ts';
import { Network } from './network/network.ts';
import type { RedisEnterpriseRotationProps } from './props/props.ts';
import { RotationBase } from './rotation-base.ts';
import type { IRedisEnterpriseRotation } from './rotation-interface.ts';
import { ReconcileSchedule } from './schedule/reconcile-schedule.ts';
import { OperatorOutputs } from './secrets/outputs.ts';
import { RotatedSecrets } from './secrets/rotated-secrets.ts';

export type { AlarmName } from '../monitoring/alarm-definitions.ts';
export type { RedisEnterpriseRotationAttributes } from './imported-rotation.ts';
export type { ClusterProps } from './props/cluster-props.ts';
export type { AdoptDefaultUserProps } from './props/default-user-props.ts';
export type { AllowedFunctionOptions, FunctionCode } from './props/function-options.ts';
export type { RedisEnterpriseRotationProps } from './props/props.ts';
export type { AddSecretProps } from './props/secret-props.ts';
export type { AdoptUserProps, EndpointProps } from './props/user-props.ts';
export type { IRedisEnterpriseRotation } from './rotation-interface.ts';
export type { ScheduleProps } from './schedule/schedule.ts';
export { type OnRotatedProps, RotatedSecret } from './secrets/rotated-secret.ts';

const DEFAULT_TIMEOUT = Duration.seconds(120);

/** Rotates passwords of Redis Enterprise users with AWS Secrets Manager. */
export class RedisEnterpriseRotation extends RotationBase {
  /**
   * Imports the construct of another stack or app. Add the secrets of this stack to its
   * `secretsOfOtherStacks`.
   *
   * @example
   * const rotation = RedisEnterpriseRotation.fromAttributes(this, 'Rotation', {
   *   functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rotation',
   *   roleArn: 'arn:aws:iam::123456789012:role/rotation',
   *   clustersPath: '/redis-enterprise/clusters',
   * });
   */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: RedisEnterpriseRotationAttributes,
  ): IRedisEnterpriseRotation {
    return new ImportedRotation(scope, id, attributes);
  }

  /**
   * The function that Secrets Manager invokes.
   *
   * @example
   * Tags.of(rotation.rotationFunction).add('team', 'redis');
   */
  readonly rotationFunction: IFunction;
  /**
   * The path of the clusters' parameters.
   *
   * @example
   * new CfnOutput(this, 'ClustersPath', { value: rotation.clustersPath });
   */
  readonly clustersPath: string;
  /**
   * The function's role.
   *
   * @example
   * new CfnOutput(this, 'RoleArn', { value: rotation.role.roleArn });
   */
  readonly role: IRole;
  /**
   * The log group of the function.
   *
   * @example
   * rotation.logGroup.grantRead(task.taskRole);
   */
  readonly logGroup: ILogGroup;
  /**
   * The alarms by name.
   *
   * @example
   * rotation.alarms.CurrentPasswordRejected.addAlarmAction(new SnsAction(pager));
   */
  readonly alarms: Readonly<Record<AlarmName, Alarm>>;
  /**
   * The dashboard. Undefined if the property `dashboard` is false.
   *
   * @example
   * rotation.dashboard?.addWidgets(new TextWidget({ markdown: 'On call: the team redis' }));
   */
  readonly dashboard: Dashboard | undefined;

  protected readonly secrets: RotatedSecrets;

  /**
   * Creates the function, the parameters of its clusters, its alarms and its dashboard.
   *
   * @example
   * const rotation = new RedisEnterpriseRotation(this, 'Rotation', {
   *   clusters: { eu: { apiEndpoints: ['https://redis.eu.example.com:9443'], adminSecret } },
   * });
   */
  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { overlap = DEFAULT_OVERLAP, permissionsBoundary } = props;
    const clusters = new Clusters(this, 'Clusters', props);
    this.clustersPath = clusters.path;
    const timeout = props.functionProps?.timeout ?? DEFAULT_TIMEOUT;
    const network = new Network(this, 'Network', props);
    const created = new RotationFunction(this, 'Function', {
      ...props,
      ...network.placement,
      clustersPath: this.clustersPath,
      timeout,
      environment: environmentVariables(props, this.clustersPath, overlap, timeout),
    });
    const { fn, role, logGroup, policy } = created;
    this.rotationFunction = fn;
    this.role = role;
    this.logGroup = logGroup;
    const access = new SecretAccess(this, 'Access', role, referencedSecrets(props), policy);
    const reconcileSchedule = new ReconcileSchedule(this, 'Reconcile', fn, props);
    const monitoring = new Monitoring(this, 'Monitoring', fn, () => this.secrets.count, props);
    this.alarms = monitoring.alarms;
    this.dashboard = monitoring.dashboard;
    this.secrets = new RotatedSecrets(this, 'Users', {
      ...{ rotation: this, fn, overlap, access, reconcileSchedule },
      userFields: { fn, logGroup, timeout, permissionsBoundary, code: props.code?.userFields },
      own: { props, network, outputs: new OperatorOutputs(this, 'Commands', fn, logGroup) },
      scheduleDependencies: [clusters, ...network.dependencies, created, access],
    });
  }
}
