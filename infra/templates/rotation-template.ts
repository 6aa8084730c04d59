import { Aws, type CfnParameter, Duration, Fn } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createClusterList } from '../construct/clusters/clusters.ts';
import { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import type { ReconcileSchedule } from '../construct/schedule/reconcile-schedule.ts';
import { UserFields } from '../construct/secrets/user-fields.ts';
import { codeInBucket, type ZipFiles } from './code.ts';
import { exportValues } from './exports.ts';
import { ifGiven } from './optional.ts';
import { addParameters, hasValue } from './parameters.ts';
import { ROTATION_GROUPS } from './rotation-groups.ts';
import { TemplateCluster } from './template-cluster.ts';
import { allowKeys } from './template-keys.ts';
import { configureMonitoring, notify } from './template-monitoring.ts';
import { placeInSubnets } from './template-network.ts';
import { TemplateStack } from './template-stack.ts';

interface GivenNames {
  readonly ClusterName: CfnParameter;
  readonly OtherClusterNames: CfnParameter;
}

const PATH = `/redis-enterprise-rotation/${Aws.STACK_NAME}`;

/** The template of the function, of one cluster, and of the alarms. Users have their own stacks. */
export class RotationTemplate extends TemplateStack {
  constructor(scope: Construct, id: string, files: ZipFiles) {
    super(scope, id, 'Rotates passwords of Redis Enterprise users for AWS Secrets Manager');
    const given = addParameters(this, ROTATION_GROUPS);
    const cluster = new TemplateCluster(this, 'Cluster', PATH, given);
    const code = codeInBucket(this, files, given);
    const permissionsBoundary = ManagedPolicy.fromManagedPolicyArn(
      this,
      'Boundary',
      ifGiven(given.PermissionsBoundaryArn),
    );
    const timeout = Duration.seconds(given.TimeoutSeconds.valueAsNumber);
    const rotation = new RedisEnterpriseRotation(this, 'Rotation', {
      ...{ code, permissionsBoundary, clustersPath: PATH },
      adminSecrets: [cluster.adminSecret],
      clientCertificateSecrets: [cluster.clientCertificateSecret],
      overlap: Duration.seconds(given.OverlapSeconds.valueAsNumber),
      passwordLength: given.PasswordLength.valueAsNumber,
      excludeCharacters: given.ExcludeCharacters.valueAsString,
      functionProps: { timeout, memorySize: given.MemoryMegabytes.valueAsNumber },
      logRetention: given.LogRetentionDays.valueAsNumber,
      secretsOfOtherStacks: given.UserCount.valueAsNumber,
      alarmActions: [notify(given.AlarmTopicArn)],
      runbookUrl: given.RunbookUrl.valueAsString,
    });
    const { rotationFunction: fn, role, logGroup } = rotation;
    const fields = { fn, logGroup, timeout, permissionsBoundary, code: code.userFields };
    const { handler, role: fieldsRole } = new UserFields(this, 'Fields', fields);
    placeInSubnets(rotation, given);
    allowKeys(this, 'Keys', role, given.EncryptionKeyArns);
    configureMonitoring(rotation, given);
    const list = createClusterList(this, 'ClusterNames', PATH, clusterNames(given));
    // If the list names a cluster that has no parameters yet, the function fails.
    list.node.addDependency(cluster.apiEndpoints);
    const reconcile = rotation.node.findChild('Reconcile') as ReconcileSchedule;
    exportValues(this, {
      FunctionArn: fn.functionArn,
      FunctionRoleArn: role.roleArn,
      FieldsFunctionArn: handler.functionArn,
      FieldsRoleArn: fieldsRole.roleArn,
      SchedulerRoleArn: reconcile.role.roleArn,
      ClustersPath: PATH,
      LogGroupName: logGroup.logGroupName,
    });
  }
}

/** Returns the names of all clusters. */
function clusterNames({ ClusterName, OtherClusterNames }: GivenNames): string[] {
  const name = ClusterName.valueAsString;
  const all = Fn.join(',', [name, OtherClusterNames.valueAsString]);
  return [Fn.conditionIf(hasValue(OtherClusterNames).logicalId, all, name).toString()];
}
