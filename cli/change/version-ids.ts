import { fieldsOf } from '../../lambda/json.ts';
import { Failure } from '../failure.ts';
import { plainText } from '../terminal.ts';

/**
 * Returns the VersionIds in a result of the function. @throws Failure if one is absent: another
 * function may return anything, and has changed nothing.
 */
export function readVersionIds<Name extends string>(
  result: unknown,
  functionName: string,
  names: readonly Name[],
): Record<Name, string> {
  const ids = fieldsOf(result) ?? {};
  if (names.every((name) => typeof ids[name] === 'string')) return ids as Record<Name, string>;
  const name = plainText(functionName);
  const message = `the function ${name} is not the rotation function, or another version of it`;
  const hint = "see `status`, correct the secret's rotation function, then run the command again";
  throw new Failure(2, 'unexpected', message, hint);
}
