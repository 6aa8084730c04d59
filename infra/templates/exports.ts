import { Aws, CfnOutput, type CfnParameter, Fn, type Stack } from 'aws-cdk-lib';

/** What the stack of the function exports to the stacks of users and clusters. */
export type ExportName =
  | 'FunctionArn'
  | 'FunctionRoleArn'
  | 'FieldsFunctionArn'
  | 'FieldsRoleArn'
  | 'SchedulerRoleArn'
  | 'ClustersPath'
  | 'LogGroupName';

/** Exports values under the name of their stack. */
export function exportValues(stack: Stack, values: Record<ExportName, string>): void {
  for (const [name, value] of Object.entries(values)) {
    new CfnOutput(stack, name, { value, exportName: `${Aws.STACK_NAME}-${name}` });
  }
}

/** Imports a value of the stack that a parameter names. */
export function importFrom(rotationStack: CfnParameter, name: ExportName): string {
  return Fn.importValue(`${rotationStack.valueAsString}-${name}`);
}
