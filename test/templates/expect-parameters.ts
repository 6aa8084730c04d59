import { expect } from 'vitest';
import { TEMPLATES } from './all-templates.ts';

export type TemplateName = keyof typeof TEMPLATES;
export type Json = Record<string, unknown>;

/** Expects parameters of a template: all that have no default, and values within constraints. */
export function expectParameters(name: TemplateName, given: Json): void {
  const parameters = Object.entries(TEMPLATES[name].Parameters ?? {});
  const required = parameters.filter(([, { Default }]) => Default === undefined);
  expect(Object.keys(given)).toEqual(expect.arrayContaining(required.map(([key]) => key)));
  expect(parameters.map(([key]) => key)).toEqual(expect.arrayContaining(Object.keys(given)));
  for (const [key, { AllowedPattern = '' }] of parameters) {
    const value = given[key];
    // A reference has no value yet.
    if (typeof value !== 'string' || value.startsWith('$')) continue;
    expect(value, key).toMatch(new RegExp(AllowedPattern));
  }
}
