import { RotationError } from '../errors.ts';
import type { SecretValue } from '../secret/value.ts';

/** Checks that an operator means this user. @throws `event_invalid` */
export function checkConfirm(confirm: string, { username }: SecretValue): void {
  if (username === confirm) return;
  const what = 'Confirm is not the username in the secret';
  const hint = 'check Confirm and SecretId: the tag has the user; do not change the secret';
  throw new RotationError('event_invalid', what, { hint });
}
