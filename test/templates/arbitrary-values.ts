import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import type { Parameter, TemplateBody, Values } from './evaluate.ts';

const PEM = rootCertificates[0] ?? '';

// Their patterns allow any certificate and any JSON object, which a random text hardly ever is.
const SPECIAL: Record<string, fc.Arbitrary<string>> = {
  CaCertificate: fc.constantFrom('', PEM, `# redis:9443\nsubject=CN=redis\n${PEM}\n${PEM}`),
  ExtraFields: fc
    .dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 1 }))
    .map((fields) => JSON.stringify(fields)),
};

/** Generates values for all parameters of a template, within their constraints. */
export function arbitraryValues({ Parameters = {} }: TemplateBody): fc.Arbitrary<Values> {
  const values = Object.entries(Parameters).map(([name, parameter]) => [
    name,
    SPECIAL[name] ?? arbitraryValue(parameter),
  ]);
  return fc.record(Object.fromEntries(values));
}

function arbitraryValue(parameter: Parameter): fc.Arbitrary<string> {
  const { Type, AllowedValues, AllowedPattern, MinValue, MaxValue } = parameter;
  const { MinLength = 0, MaxLength = 4_096 } = parameter;
  if (AllowedValues !== undefined) return fc.constantFrom(...AllowedValues);
  if (Type === 'Number') {
    return fc.integer({ min: Number(MinValue), max: Number(MaxValue) }).map(String);
  }
  if (AllowedPattern === undefined) {
    return fc.string({ maxLength: MaxLength });
  }
  return fc
    .stringMatching(new RegExp(AllowedPattern.replaceAll(/\(\?!.*?\)/g, '')))
    .filter((text) => text.length >= MinLength && text.length <= MaxLength)
    .filter((text) => new RegExp(AllowedPattern).test(text) && isUsual(text));
}

// A URL with an invalid internationalized name is no URL, and a name has at most 253 characters.
function isUsual(text: string): boolean {
  return !/xn--/i.test(text) && text.split(/[,/:]/).every((host) => host.length <= 253);
}
