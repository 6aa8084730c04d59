import { RotationError } from '../errors.ts';
import { EXCLUDE_CHARACTERS } from '../names.ts';
import type { Settings } from '../settings.ts';
import { complexityHint, generateComplex, generateSimple } from './complexity.ts';

/** The password rules of a cluster; undefined if the login cannot read them. */
export type PasswordPolicy = {
  cluster: string;
  isComplex: boolean | undefined;
  minLength: number | undefined;
};

/**
 * Draws a password that satisfies the rules of every cluster and contains no word of `words`.
 * @throws `setting_invalid` if the rules and the settings exclude each other.
 */
export function generatePassword(
  words: string[],
  policies: PasswordPolicy[],
  { passwordLength, excludeCharacters: excluded }: Settings,
): string {
  const length = Math.max(passwordLength, ...policies.map(({ minLength = 0 }) => minLength));
  const strict = policies.find(({ isComplex }) => isComplex);
  const complex = generateComplex({ length, excluded, words });
  const password = complex ?? (strict ? undefined : generateSimple({ length, excluded }));
  if (password !== undefined) return password;
  const what =
    `environment variable ${EXCLUDE_CHARACTERS} leaves no password of ${length} characters ` +
    `that satisfies the rules of cluster ${strict?.cluster}`;
  const hint = complexityHint({ length, excluded });
  throw new RotationError('setting_invalid', what, { hint });
}
