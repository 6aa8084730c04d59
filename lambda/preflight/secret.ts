import { REPLACE_OR_KEEP } from '../errors.ts';
import { type SecretDescription, unqualifiedArn } from '../secret/description.ts';
import { REPLACING, shownId, versionWithLabel } from '../secret/labels.ts';
import {
  freeLabels,
  LABELS_MAX,
  labelCapacityError,
  ROTATIONS_PER_OVERLAP_MAX,
} from '../secret/ledger.ts';
import {
  cancelledRotation,
  removePendingCommand,
  rotateCommand,
} from '../secret/rotation-state.ts';
import { rateHours } from '../secret/schedule-interval.ts';
import type { Settings } from '../settings.ts';
import { type Check, fail, failure, pass, unknown, warn } from './check.ts';

const HOUR_SECONDS = 3_600;

/** Checks that the secret rotates with this function. */
export function checkRotation(
  secret: SecretDescription,
  arn: string,
  functionArn: string | undefined,
): Check {
  const { rotationEnabled, functionArn: configured, schedule = 'no schedule' } = secret;
  const known = configured && unqualifiedArn(configured);
  const wanted = functionArn && unqualifiedArn(functionArn);
  const command = rotateCommand(arn, { ...secret, functionArn: known }, wanted);
  const hint = `enable it with \`${command}\`: this also rotates the secret`;
  const cancelled = cancelledRotation(secret);
  if (cancelled !== undefined) {
    const detail = `rotation is not enabled, and version ${shownId(cancelled.id)} has AWSPENDING`;
    return fail(
      'rotation',
      detail,
      `first remove AWSPENDING with \`${removePendingCommand(arn, cancelled)}\`, then ${hint}`,
    );
  }
  if (!rotationEnabled) return fail('rotation', 'rotation is not enabled', hint);
  if (configured === undefined || wanted === undefined) {
    return unknown('rotation', 'the ARN of the function is unavailable');
  }
  if (known === wanted) {
    return pass('rotation', `enabled with this function, ${schedule}`);
  }
  return fail('rotation', `enabled with another function: ${configured}`, hint);
}

/** Checks that the last replaceAll succeeded. */
export function checkReplacing(secret: SecretDescription): Check[] {
  const replacing = versionWithLabel(secret, REPLACING);
  if (replacing === undefined) return [];
  const detail = `version ${shownId(replacing.id)} has REPLACING: no replace-all has succeeded`;
  return [warn('rotation', detail, REPLACE_OR_KEEP)];
}

/** Checks that the secret has room for the labels of the next rotation. */
export function checkLabels(secret: SecretDescription): Check {
  const error = labelCapacityError(secret);
  return error === undefined
    ? pass('labels', `${freeLabels(secret)} of ${LABELS_MAX} are free`)
    : failure('labels', error);
}

/** Checks that the overlap is short enough for the schedule. */
export function checkOverlap(
  { schedule = 'no schedule' }: SecretDescription,
  { overlapSeconds }: Settings,
): Check {
  if (overlapSeconds === 0) {
    const hint = 'set OVERLAP_SECONDS to twice the time for which applications cache the secret';
    return warn('overlap', 'a replaced password becomes invalid immediately', hint);
  }
  const detail = `${overlapSeconds} s, with ${schedule}`;
  const hours = rateHours(schedule);
  if (hours === undefined) {
    const hint = 'check that at most four rotations fall into an overlap';
    return unknown('overlap', detail, hint);
  }
  const overlapMax = hours * HOUR_SECONDS * ROTATIONS_PER_OVERLAP_MAX;
  if (overlapSeconds <= overlapMax) return pass('overlap', detail);
  const hint = 'rotate less often, or shorten OVERLAP_SECONDS to four times the schedule';
  return fail('overlap', detail, hint);
}

/** Checks that a parameter lists the clusters of the secret. */
export function checkClusters(
  names: string[],
  listed: readonly string[] | undefined,
  path: string,
): Check {
  const unlisted = names.filter((name) => !listed?.includes(name)).join(', ');
  if (unlisted === '') return pass('clusters', names.join(', '));
  const detail = `not listed, so it looks removed if its parameters are missing: ${unlisted}`;
  return warn('clusters', detail, `list all clusters in ${path}/clusters (StringList)`);
}
