import { RotationError } from '../errors.ts';
import type { SecretValue } from '../secret/value.ts';

/** Checks that an operator means this user. @throws `event_invalid` */
export function checkConfirm(confirm: string, { username }: SecretValue): void {
  if (username === confirm) return;
  const what = 'Confirm is not the username in the secret';
  const hint = 'run preflight: Confirm, the ARN or the tag is wrong; leave the secret as it is';
  throw new RotationError('event_invalid', what, { hint });
}
