import { CfnCondition, CfnParameter, type CfnParameterProps, Fn, type Stack } from 'aws-cdk-lib';

/** A parameter of a template. The console shows the label above the field. */
type Definition = CfnParameterProps & { label: string };

/** The parameters of a template by name, in the groups that the console shows. */
export type Groups = Record<string, Record<string, Definition>>;

type NameIn<T extends Groups> = { [group in keyof T]: keyof T[group] & string }[keyof T];

/** Adds parameters to a stack. Returns them by name. */
export function addParameters<T extends Groups>(
  stack: Stack,
  groups: T,
): Record<NameIn<T>, CfnParameter> {
  const defined = Object.values(groups).flatMap((group) => Object.entries(group));
  stack.templateOptions.metadata = {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: Object.entries(groups).map(([label, group]) => ({
        Label: { default: label },
        Parameters: Object.keys(group),
      })),
      ParameterLabels: Object.fromEntries(
        defined.map(([name, { label }]) => [name, { default: label }]),
      ),
    },
  };
  const parameters = defined.map(([name, { label: _, ...props }]) => [
    name,
    new CfnParameter(stack, name, props),
  ]);
  return Object.fromEntries(parameters);
}

/** Returns the items of a parameter that is a list, separated by commas. */
export function itemsOf(parameter: CfnParameter): string[] {
  return Fn.split(',', parameter.valueAsString);
}

/** Returns the condition that an optional parameter, which is empty by default, has a value. */
export function hasValue(parameter: CfnParameter): CfnCondition {
  const id = `Has${parameter.node.id}`;
  const known = parameter.stack.node.tryFindChild(id) as CfnCondition | undefined;
  const expression = Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, ''));
  return known ?? new CfnCondition(parameter.stack, id, { expression });
}
