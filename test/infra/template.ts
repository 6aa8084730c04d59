import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Properties = { [key: string]: Json };

export type Resource = { Type: string; Properties: Properties; DependsOn?: string[] };

/** A synthesised template. */
export type Template = {
  resources: Record<string, Resource>;
  outputs: Record<string, { Value: Json }>;
  bytes: number;
};

/** Synthesises a stack that `build` fills, in account 123456789012 and region eu-west-1. */
export function synthesise(build: (stack: Construct) => void): Template {
  return synthesiseStack((app) => {
    const env = { account: '123456789012', region: 'eu-west-1' };
    const stack = new Stack(app, 'Test', { env });
    build(stack);
    return stack;
  });
}

/** Synthesises the stack that `create` returns. */
export function synthesiseStack(create: (app: Construct) => Stack): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'template-'));
  const app = new App({ analyticsReporting: false, treeMetadata: false, outdir });
  try {
    const { stackName } = create(app);
    return read(app.synth().getStackByName(stackName).template);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function read(template: {
  Resources: Template['resources'];
  Outputs?: Template['outputs'];
}): Template {
  const { Resources: resources, Outputs: outputs = {} } = template;
  return { resources, outputs, bytes: JSON.stringify(template).length };
}

/** Returns the resources of a type. */
export function ofType({ resources }: Template, type: string): Resource[] {
  return Object.values(resources).filter((resource) => resource.Type === type);
}

/** Returns the types of all resources that a resource waits for, directly or through others. */
export function awaitedTypes({ resources }: Template, resource: Resource | undefined): Set<string> {
  const ids = new Set(resource?.DependsOn);
  for (const id of ids) for (const next of resources[id]?.DependsOn ?? []) ids.add(next);
  return new Set([...ids].map((id) => resources[id]?.Type ?? ''));
}

/**
 * Returns a value as text without generated ids. `<AWS::SecretsManager::Secret>` replaces a
 * reference to a secret, and `<AWS::Lambda::Function>.Arn` an attribute of a function.
 */
export function showValue(template: Template, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((one) => showValue(template, one)).join(', ');
  const typeOf = (id: Json | undefined) => {
    const resource = template.resources[String(id)];
    return resource === undefined ? `<${id}>` : `<${resource.Type}>`;
  };
  if ('Ref' in value) return typeOf(value.Ref);
  const attribute = value['Fn::GetAtt'];
  if (Array.isArray(attribute)) return `${typeOf(attribute[0])}.${attribute[1]}`;
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) {
    return join[1].map((one) => showValue(template, one)).join(String(join[0]));
  }
  const pairs = Object.entries(value).map(([key, one]) => `${key}=${showValue(template, one)}`);
  return `{${pairs.join('; ')}}`;
}

/** Returns every statement of every policy in the template, and every permission, as text. */
export function policyStatements(template: Template): string[] {
  const found: string[] = [];
  for (const { Type, Properties } of Object.values(template.resources)) {
    for (const name of [
      'PolicyDocument',
      'AssumeRolePolicyDocument',
      'KeyPolicy',
      'ResourcePolicy',
    ]) {
      const document = Properties?.[name] as { Statement?: Properties[] } | undefined;
      for (const statement of document?.Statement ?? []) {
        found.push(`${Type}: ${showStatement(template, statement)}`);
      }
    }
    if (Type === 'AWS::Lambda::Permission') {
      const { Action, FunctionName, Principal, ...rest } = Properties;
      const who = [Principal, Action, FunctionName].map((one) => one ?? '');
      found.push(`${Type}: ${showValue(template, who)} ${showValue(template, rest)}`);
    }
  }
  return found.sort();
}

function showStatement(template: Template, statement: Properties): string {
  const { Effect, Action, Resource, Principal, Condition } = statement;
  const parts = [
    Effect,
    Principal,
    Action,
    Resource && 'on',
    Resource,
    Condition && 'if',
    Condition,
  ];
  return parts
    .map((part) => showValue(template, part))
    .filter((part) => part !== '')
    .join(' ');
}
