import type { Context } from '../context.ts';
import { generatePassword, type PasswordPolicy } from '../password/generate.ts';
import { type SecretValue, withPassword } from '../secret/value.ts';

/**
 * Returns a value, as JSON, with a new password that satisfies the rules of every cluster.
 * @throws `setting_invalid` if the rules and the settings exclude each other.
 */
export function withNewPassword(
  value: SecretValue,
  policies: PasswordPolicy[],
  { settings, registerSecret }: Pick<Context, 'settings' | 'registerSecret'>,
): string {
  const words = [value.username, value.apiLoginName];
  const password = generatePassword(words, policies, settings);
  registerSecret(password);
  return withPassword(value, password);
}
