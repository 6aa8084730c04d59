import { complexRemedy, drawComplex, drawSimple } from './complex-password.ts';
import type { Edges } from './edges.ts';
import { EXCLUDE_CHARACTERS } from './environment.ts';
import { RotationError } from './errors.ts';
import type { Policy } from './redis-enterprise/policy.ts';
import { type VersionValue, withPassword } from './secret-value.ts';
import type { Settings } from './settings.ts';

/**
 * A password that satisfies the rules of every cluster, or, where they have none, one that leaves
 * out what is excluded. Throws `setting_invalid` where those exclude each other.
 */
function randomPassword(
  value: VersionValue,
  policies: Policy[],
  { passwordLength, excludeCharacters }: Settings,
): string {
  const length = Math.max(passwordLength, ...policies.map(({ minLength = 0 }) => minLength));
  const found = drawComplex(length, excludeCharacters, [value.username, value.restName]);
  if (found !== undefined) return found;
  const strict = policies.find(({ isComplex }) => isComplex);
  if (strict === undefined) return drawSimple(length, excludeCharacters);
  const what =
    `environment variable ${EXCLUDE_CHARACTERS} leaves no password of ${length} characters ` +
    `that satisfies the rules of cluster ${strict.cluster}`;
  const hint = complexRemedy(length, excludeCharacters);
  throw new RotationError('setting_invalid', what, { hint });
}

/** A value with a new password, as text, and with every other field as it was. */
export function withNewPassword(
  value: VersionValue,
  policies: Policy[],
  { settings, remember }: Edges,
): string {
  const password = randomPassword(value, policies, settings);
  remember(password);
  return withPassword(value, password);
}
