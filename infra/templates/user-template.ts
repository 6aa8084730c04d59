import { Aws, CfnOutput, type CfnParameter, Fn, Token } from 'aws-cdk-lib';
import { Function as ImportedFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createReconcileSchedule } from '../construct/schedule/reconcile-schedule.ts';
import { createRotationSchedule } from '../construct/schedule/rotation-schedule.ts';
import { OperatorOutputs } from '../construct/secrets/outputs.ts';
import { createFields } from '../construct/secrets/user-fields.ts';
import type { UserValue } from '../construct/secrets/user-value.ts';
import { type ExportName, importFrom } from './exports.ts';
import { ifGiven } from './optional.ts';
import { addParameters, hasValue, itemsOf } from './parameters.ts';
import { SecretPolicy } from './secret-policy.ts';
import { secretOf } from './template-secret.ts';
import { TemplateStack } from './template-stack.ts';
import { USER_GROUPS } from './user-groups.ts';

type Given = ReturnType<typeof addParameters<typeof USER_GROUPS>>;

/** The template of one user: the secret, its fields, its schedules, and the function's access. */
export class UserTemplate extends TemplateStack {
  constructor(app: Construct, id: string) {
    super(app, id, 'Rotates the password of one Redis Enterprise user');
    const given = addParameters(this, USER_GROUPS);
    const scope = new Construct(this, 'User');
    const arnOf = (name: ExportName) => importFrom(given.RotationStack, name);
    const functionArn = arnOf('FunctionArn');
    const secret = secretOf(scope, given);
    const { secretArn } = secret;
    const access = new SecretPolicy(scope, 'Access', secret, {
      functionRoleArn: arnOf('FunctionRoleArn'),
      fieldsRoleArn: arnOf('FieldsRoleArn'),
    });
    const fields = createFields(scope, arnOf('FieldsFunctionArn'), secret, userValue(given));
    fields.node.addDependency(access);
    const roleArn = arnOf('SchedulerRoleArn');
    const reconcile = createReconcileSchedule(scope, 'Reconcile', {
      ...{ functionArn, roleArn, secretArn },
    });
    const schedule = createRotationSchedule(scope, 'the user', {
      ...{ functionArn, secretId: secretArn, rotateImmediately: true },
      rotationRules: {
        scheduleExpression: given.Schedule.valueAsString,
        duration: ifGiven(given.Window),
      },
    });
    // The last resource, because it starts the first rotation: the secret has no password if the
    // creation of the stack fails.
    schedule.node.addDependency(fields, reconcile);
    const fn = ImportedFunction.fromFunctionArn(scope, 'Function', functionArn);
    const logs = LogGroup.fromLogGroupName(scope, 'Logs', arnOf('LogGroupName'));
    new OperatorOutputs(this, 'Commands', fn, logs).addSecret(secretArn);
    const description = 'The secret that applications read';
    new CfnOutput(this, 'SecretArn', { description, value: secretArn });
  }
}

/** Returns what the secret holds besides username and password. */
function userValue(given: Given): UserValue {
  const { Host, Port, Tls, OtherEndpoints, Clusters, Email, Login, ExtraFields } = given;
  return {
    fields: {
      host: Host.valueAsString,
      port: Port.valueAsNumber,
      // The token of a number has no quotes in JSON, and `true` and `false` need none.
      ssl: Token.asNumber(Fn.ref(Tls.logicalId)),
    },
    extraFields: ExtraFields.valueAsString,
    texts: {
      endpoints: listIfGiven(OtherEndpoints),
      clusters: listIfGiven(Clusters),
      email: ifGiven(Email),
      login: ifGiven(Login),
    },
  };
}

/** Returns a list, or no value if the parameter is empty. */
function listIfGiven(parameter: CfnParameter): string[] {
  const { logicalId } = hasValue(parameter);
  return Token.asList(Fn.conditionIf(logicalId, itemsOf(parameter), Aws.NO_VALUE));
}
