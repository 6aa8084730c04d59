import { Aws, type CfnCondition, type CfnParameter, CfnResource, Fn } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { hasValue } from './parameters.ts';

/** Returns a text, or no value if the parameter is empty. */
export function ifGiven(parameter: CfnParameter, value = parameter.valueAsString): string {
  return Fn.conditionIf(hasValue(parameter).logicalId, value, Aws.NO_VALUE).toString();
}

/** Creates the resources of a construct only if the condition is true. */
export function createIf(condition: CfnCondition, construct: IConstruct | undefined): void {
  for (const child of construct?.node.findAll() ?? []) {
    if (child instanceof CfnResource) child.cfnOptions.condition = condition;
  }
}
