import type { Policy } from '../cluster/password-policy.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { EXCLUDE_CHARACTERS } from '../names.ts';
import { type VersionValue, withPassword } from '../secret/value.ts';
import { complexityHint, generateComplex, generateSimple } from './complexity.ts';

/**
 * A value, as text, with a new password that satisfies the rules of every cluster, and every other
 * field as it was. Throws `setting_invalid` if the rules and the settings exclude each other.
 */
export function withNewPassword(
  value: VersionValue,
  policies: Policy[],
  { settings, registerSecret }: Context,
): string {
  const { passwordLength, excludeCharacters: excluded } = settings;
  const length = Math.max(passwordLength, ...policies.map(({ minLength = 0 }) => minLength));
  const wanted = { length, excluded, words: [value.username, value.apiLoginName] };
  const strict = policies.find(({ isComplex }) => isComplex);
  const password = generateComplex(wanted) ?? (strict ? undefined : generateSimple(wanted));
  if (password === undefined) {
    const what =
      `environment variable ${EXCLUDE_CHARACTERS} leaves no password of ${length} characters ` +
      `that satisfies the rules of cluster ${strict?.cluster}`;
    throw new RotationError('setting_invalid', what, { hint: complexityHint(wanted) });
  }
  registerSecret(password);
  return withPassword(value, password);
}
