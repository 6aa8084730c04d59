import type { SecretDescription } from '../../lambda/secret/description.ts';
import { shownId } from '../../lambda/secret/labels.ts';
import {
  cancelledRotation,
  removePendingCommand,
  rotateCommand,
} from '../../lambda/secret/rotation-state.ts';

type Secret = SecretDescription & { arn: string };

/** Says how to enable the rotation of a secret. AWS rejects it while a version has AWSPENDING. */
export function howToEnable(secret: Secret): string {
  const command = rotateCommand(secret.arn, secret);
  const enable = `enable rotation with \`${command}\`: this also rotates the secret`;
  const cancelled = cancelledRotation(secret);
  if (cancelled === undefined) return enable;
  const removal = removePendingCommand(secret.arn, cancelled);
  return `first remove AWSPENDING with \`${removal}\`, then ${enable}`;
}

/** Says that rotation is off, and which version a cancelled rotation left. */
export function describeDisabled(secret: Secret): string {
  const cancelled = cancelledRotation(secret);
  if (cancelled === undefined) return 'rotation is off: the password does not change';
  const id = shownId(cancelled.id);
  return `rotation is off, and a cancelled rotation left AWSPENDING on version ${id}`;
}
