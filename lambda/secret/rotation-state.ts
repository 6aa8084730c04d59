import { DAY_MS, HOUR_MS } from '../clock.ts';
import type { SecretDescription } from './description.ts';
import { CURRENT, PENDING, shownId, type Version, versionWithLabel } from './labels.ts';
import { longestIntervalHours } from './schedule-interval.ts';

/** Returns the version of a rotation that has not finished. */
export function pendingRotation(secret: SecretDescription): Version | undefined {
  const pending = versionWithLabel(secret, PENDING);
  return pending === versionWithLabel(secret, CURRENT) ? undefined : pending;
}

/** Returns the version of a cancelled rotation. AWS rejects another one while it has AWSPENDING. */
export function cancelledRotation(secret: SecretDescription): Version | undefined {
  return secret.rotationEnabled ? undefined : pendingRotation(secret);
}

/** Returns the command that removes AWSPENDING from a version. */
export function removePendingCommand(arn: string, { id }: Version): string {
  const command = secretCommand(arn, 'update-secret-version-stage');
  return `${command} --version-stage ${PENDING} --remove-from-version-id ${shownId(id)}`;
}

// The schedule of a secret that has none; the operator may choose another one.
const DAYS_BETWEEN_ROTATIONS = 30;

/** Returns the command that enables rotation; it sets a function or a schedule that is absent. */
export function rotateCommand(
  arn: string,
  { functionArn, schedule }: Pick<SecretDescription, 'functionArn' | 'schedule'>,
  wanted = functionArn ?? '<ARN of the function>',
): string {
  return [
    secretCommand(arn, 'rotate-secret'),
    ...(functionArn === wanted ? [] : [`--rotation-lambda-arn ${wanted}`]),
    ...(schedule === undefined
      ? [`--rotation-rules AutomaticallyAfterDays=${DAYS_BETWEEN_ROTATIONS}`]
      : []),
  ].join(' ');
}

/** Returns a command of the AWS CLI for a secret. A name is shorter than the ARN. */
export function secretCommand(arn: string, action: string): string {
  const [, , , region = ''] = arn.split(':');
  const [, name = arn] = /:secret:(.+)-\w{6}$/.exec(arn) ?? [];
  return `aws secretsmanager ${action} --region ${region} --secret-id ${name}`;
}

/** Whether the date of the next rotation has passed. `now` is in milliseconds since the epoch. */
export function isOverdue({ rotationEnabled, nextRotationAt }: SecretDescription, now: number) {
  return rotationEnabled && nextRotationAt !== undefined && nextRotationAt < now;
}

/** Whether a rotation has not finished within a day. `createdAt` is that of the pending value. */
export function isStuck(secret: SecretDescription, createdAt: number | undefined, now: number) {
  // A version without a value has no date: use the date of the last change of the secret.
  const pendingAt = createdAt ?? secret.changedAt ?? now;
  // A cancelled rotation looks the same, and also needs attention.
  return pendingRotation(secret) !== undefined && now - pendingAt > DAY_MS;
}

// Failed rotations have alarms of their own: after three intervals, none of them was noticed.
const INTERVALS_MAX = 3;

/** Whether a secret does not rotate any more: rotation is off, or the last one is too long ago. */
export function isStopped(
  { rotationEnabled, schedule, rotatedAt }: SecretDescription,
  now: number,
) {
  if (!rotationEnabled) return true;
  const interval = longestIntervalHours(schedule ?? '');
  // RotationOverdue notices a first rotation that does not start.
  if (interval === undefined || rotatedAt === undefined) return false;
  return now - rotatedAt > INTERVALS_MAX * interval * HOUR_MS;
}
