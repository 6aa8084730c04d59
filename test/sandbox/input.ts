import { AwsError, type Input } from './aws/aws-server.ts';

/** Returns a member of a request. Throws AWS's error if its type is invalid. */
export function optionalString(
  input: Input,
  name: string,
  max = 4_096,
  min = 1,
): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length >= min && value.length <= max) {
    return value;
  }
  return invalid(name, `a string of ${min} to ${max} characters`);
}

export function requiredString(input: Input, name: string, max?: number): string {
  return optionalString(input, name, max) ?? invalid(name, 'given');
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'boolean')
    return value ?? undefined;
  return invalid(name, 'a boolean');
}

export function optionalNumber(
  input: Input,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  return invalid(name, `a number from ${min} to ${max}`);
}

export function optionalStrings(input: Input, name: string): string[] | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const isString = (one: unknown): one is string => typeof one === 'string';
  return Array.isArray(value) && value.every(isString) ? value : invalid(name, 'a list of strings');
}

/** Returns the tags of CreateSecret or TagResource. */
export function tagsOf(input: Input): [string, string][] {
  const tags = input.Tags;
  if (!Array.isArray(tags)) return [];
  return tags.map((tag: unknown) => {
    if (typeof tag !== 'object' || tag === null) return invalid('Tags', 'a list of tags');
    return [requiredString({ ...tag }, 'Key', 128), optionalString({ ...tag }, 'Value', 256) ?? ''];
  });
}

function invalid(name: string, allowed: string): never {
  const message = `1 validation error detected: Value at '${name}' must be ${allowed}`;
  throw new AwsError('ValidationException', message);
}
