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

/** Exports values under the name of their stack, and outputs that name. */
export function exportValues(stack: Stack, values: Record<ExportName, string>): void {
  new CfnOutput(stack, 'StackName', { value: Aws.STACK_NAME });
  for (const [name, value] of Object.entries(values)) {
    new CfnOutput(stack, name, { value, exportName: `${Aws.STACK_NAME}-${name}` });
  }
}

/** Imports a value of the stack that a parameter names. */
export function importFrom(rotationStack: CfnParameter, name: ExportName): string {
  return Fn.importValue(`${rotationStack.valueAsString}-${name}`);
}
