import type { Resource, Template } from '../infra/template.ts';

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
type Body = { [key: string]: Json };

/** A template, as `npm run templates` writes it. */
export type TemplateBody = {
  Parameters?: Record<string, Parameter>;
  Conditions?: Record<string, Json>;
  Rules?: Record<string, { Assertions: { Assert: Json; AssertDescription: string }[] }>;
  Resources: Record<string, Resource & { Condition?: string; DeletionPolicy?: string }>;
  Outputs?: Record<string, { Value: Json; Export?: { Name: Json } }>;
};

/** A parameter of a template. */
export type Parameter = {
  Type: string;
  Default?: string | number;
  AllowedPattern?: string;
  AllowedValues?: string[];
  MinValue?: number;
  MaxValue?: number;
  MinLength?: number;
  MaxLength?: number;
};

/** The values of parameters. */
export type Values = Record<string, string>;

export const PSEUDO: Record<string, string> = {
  'AWS::StackName': 'redis',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

type Functions = { [name: string]: (argument: Json) => Json };

export type Evaluated = Omit<Template, 'outputs'> & {
  outputs: Record<string, { Value: never; Export?: { Name: string } }>;
  /** The assertions of rules that the values break. */
  broken: string[];
};

/**
 * Evaluates what CloudFormation evaluates before it creates resources, for values of parameters.
 * Imports come from the outputs of another evaluated template.
 */
export function evaluate(body: TemplateBody, given: Values, from?: Evaluated): Evaluated {
  const evaluateJson = evaluator(body, given, from);
  const isCreated = ({ Condition }: { Condition?: string }) =>
    Condition === undefined || evaluateJson({ Condition }) === true;
  const resources = Object.entries(body.Resources).filter(([, one]) => isCreated(one));
  const evaluated = Object.fromEntries(resources.map(([id, one]) => [id, evaluateJson(one)]));
  const rules = Object.values(body.Rules ?? {}).flatMap(({ Assertions }) => Assertions);
  const broken = rules.filter(({ Assert }) => evaluateJson(Assert) !== true);
  return {
    resources: evaluated as Template['resources'],
    outputs: evaluateJson(body.Outputs ?? {}) as Evaluated['outputs'],
    bytes: JSON.stringify(body).length,
    broken: broken.map(({ AssertDescription }) => AssertDescription),
  };
}

function evaluator(body: TemplateBody, given: Values, from?: Evaluated): (json: Json) => Json {
  const parameters = Object.entries(body.Parameters ?? {}).map(([name, { Default }]) => [
    name,
    String(given[name] ?? Default),
  ]);
  const known: Body = { ...PSEUDO, ...Object.fromEntries(parameters) };
  const list = (json: Json) => json as Json[];
  const functions: Functions = {
    Ref: (name) => (name === 'AWS::NoValue' ? undefined : (known[String(name)] ?? { Ref: name })),
    Condition: (name) => evaluateJson(body.Conditions?.[String(name)]),
    'Fn::If': (parts) => {
      const [name = '', yes, no] = list(parts);
      return evaluateJson(functions.Condition?.(name) ? yes : no);
    },
    'Fn::Not': (parts) => !list(evaluateJson(parts))[0],
    'Fn::And': (parts) => list(evaluateJson(parts)).every(Boolean),
    'Fn::Or': (parts) => list(evaluateJson(parts)).some(Boolean),
    'Fn::Equals': (parts) => {
      const [one, other] = list(evaluateJson(parts));
      return one === other;
    },
    'Fn::Split': (parts) => {
      const [separator, text] = list(evaluateJson(parts));
      return String(text).split(String(separator));
    },
    'Fn::Join': (parts) => join(list(evaluateJson(parts))),
    'Fn::ImportValue': (name) => imported(String(evaluateJson(name)), from),
  };
  function evaluateJson(json: Json): Json {
    if (Array.isArray(json)) return json.map(evaluateJson).filter((one) => one !== undefined);
    if (typeof json !== 'object' || json === null) return json;
    const [[name, argument] = ['', null], ...others] = Object.entries(json);
    const apply = others.length === 0 ? functions[name] : undefined;
    if (apply !== undefined) return apply(argument);
    const entries = Object.entries(json).map(([key, one]) => [key, evaluateJson(one)]);
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
  }
  return evaluateJson;
}

/** Joins texts. References to resources stay, because only a deployment knows them. */
function join([separator, parts]: Json[]): Json {
  const texts = parts as Json[];
  if (texts.every((text) => typeof text === 'string')) return texts.join(String(separator));
  return { 'Fn::Join': [separator, texts] };
}

function imported(name: string, from: Evaluated | undefined): Json {
  const found = Object.values(from?.outputs ?? {}).find(({ Export }) => Export?.Name === name);
  if (found !== undefined) return found.Value as Json;
  throw new Error(`no output has the export ${name}`);
}
