import { PENDING, REPLACING, versionWithLabel } from '../secret/labels.ts';
import { LABELS_FREE_MIN, LABELS_MAX, labelCapacityError, labelCount } from '../secret/ledger.ts';
import type { SecretDescription } from '../secret/secrets-manager.ts';
import type { Settings } from '../settings.ts';
import { type Check, fail, failure, pass, unknown, warn } from './check.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

// More than four passwords overlapping run into the 20 labels that a secret can have.
const OVERLAP_MAX_RATES = 4;

/** Whether the secret rotates with this function. */
export function checkRotation(
  described: SecretDescription,
  functionArn: string | undefined,
): Check {
  const { rotationEnabled, functionArn: configured } = described;
  const rotate = 'run rotate-secret with --rotation-lambda-arn and --rotation-rules';
  if (!rotationEnabled) return fail('rotation', 'rotation is not enabled', rotate);
  if (configured === undefined || functionArn === undefined) {
    return unknown('rotation', 'the ARN of the function is not known here');
  }
  // A version or an alias is the same function.
  const nameOf = (arn: string) => arn.split(':').slice(0, 7).join(':');
  if (nameOf(configured) === nameOf(functionArn)) {
    const { schedule = 'no schedule' } = described;
    return pass('rotation', `enabled with this function, ${schedule}`);
  }
  return fail('rotation', `enabled with another function: ${configured}`, rotate);
}

/** Whether a replaceAll has not ended well. */
export function checkReplacing(described: SecretDescription): Check[] {
  const replacing = versionWithLabel(described, REPLACING);
  if (replacing === undefined) return [];
  const detail = `version ${replacing.id} has REPLACING: a replaceAll has not ended well`;
  return [warn('rotation', detail, 'run replaceAll again')];
}

/** Whether the secret has room for the labels of a rotation, AWSPENDING among them. */
export function checkLabels(described: SecretDescription): Check {
  const room = LABELS_MAX - labelCount(described);
  const isStaged = versionWithLabel(described, PENDING) !== undefined;
  const error = labelCapacityError(described, LABELS_FREE_MIN + Number(!isStaged));
  return error === undefined
    ? pass('labels', `${room} of ${LABELS_MAX} are free`)
    : failure('labels', error);
}

/** Whether the overlap fits between two rotations. */
export function checkOverlap({ schedule }: SecretDescription, { overlapSeconds }: Settings): Check {
  if (overlapSeconds === 0) {
    const hint = 'set OVERLAP_SECONDS to twice the time for which applications cache the secret';
    return warn('overlap', 'a replaced password dies at once', hint);
  }
  const detail = `${overlapSeconds} s, with ${schedule ?? 'no schedule'}`;
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule ?? '') ?? [];
  if (count === undefined) {
    const hint = 'see that no more than four rotations fall into one overlap';
    return unknown('overlap', detail, hint);
  }
  const rate = Number(count) * (unit === 'hour' ? HOUR_SECONDS : DAY_SECONDS);
  if (overlapSeconds <= rate * OVERLAP_MAX_RATES) return pass('overlap', detail);
  const hint = 'rotate less often, or shorten OVERLAP_SECONDS to four times the schedule';
  return fail('overlap', detail, hint);
}

/** Whether a parameter lists the clusters that must exist, and those of the secret among them. */
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
