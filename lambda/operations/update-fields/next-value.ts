import { RotationError, rewordError } from '../../errors.ts';
import type { UpdateFieldsEvent } from '../../event.ts';
import { USER_TAG } from '../../names.ts';
import type { SecretState } from '../../secret/labels.ts';
import { boundUser, taggedUser, usernameIn } from '../../secret/user.ts';
import { parseSecretValue, type SecretValue, withPassword } from '../../secret/value.ts';
import { VALUE_RULES } from '../../secret/value-rules.ts';

// The most that PASSWORD_LENGTH allows: a rotation must have room for the password.
const PASSWORD_MAX_CHARACTERS = 128;

// An event never has these two.
const KEPT = ['username', 'password'];

const FIELDS_HINT = 'correct the field in the deployment, then deploy again';
const TAG_HINT = 'tag the secret with the username, then deploy again';

/**
 * Returns the value that a deployment wants, as JSON: AWSCURRENT's with the new fields, or the
 * first value, without a password.
 * @throws `user_tag_mismatch` unless the tag names AWSCURRENT's user, and `secret_value_invalid`.
 */
export function nextValue(
  before: SecretValue | undefined,
  { Fields, Remove }: UpdateFieldsEvent,
  { tags }: SecretState,
): { text: string; value: SecretValue } {
  const tag = taggedUser(tags);
  if (tag === undefined) {
    const what = `tag ${USER_TAG} is absent: updateFields reads the username from it`;
    throw new RotationError('user_tag_mismatch', what, { hint: TAG_HINT });
  }
  if (before !== undefined && boundUser(before) !== tag) {
    const what = `tag ${USER_TAG} and AWSCURRENT's value name different users`;
    throw new RotationError('user_tag_mismatch', what);
  }
  const known = before?.fields ?? { username: usernameIn(tag) };
  const isKept = (name: string) =>
    KEPT.includes(name) || !(Object.hasOwn(VALUE_RULES, name) || Remove.includes(name));
  const kept = Object.entries(known).filter(([name]) => isKept(name));
  const text = JSON.stringify({ ...Object.fromEntries(kept), ...Fields });
  return { text, value: parse(text) };
}

function parse(text: string): SecretValue {
  try {
    const value = parseSecretValue(text);
    withPassword(value, 'x'.repeat(PASSWORD_MAX_CHARACTERS));
    return value;
  } catch (thrown) {
    throw rewordError(thrown, { hint: FIELDS_HINT });
  }
}
