import { PENDING, versionWithLabel } from '../../lambda/secret/labels.ts';
import { LABELS_MAX, labelCount } from '../../lambda/secret/ledger.ts';
import type { FoundSecret } from '../aws/find-secret.ts';

/** Returns the number of free labels beside AWSPENDING, which the next rotation sets. */
export function freeLabels(secret: FoundSecret): number {
  const isStaged = versionWithLabel(secret, PENDING) !== undefined;
  return LABELS_MAX - labelCount(secret) - Number(!isStaged);
}

export function labelsUsed(secret: FoundSecret): string {
  return `${labelCount(secret)} of ${LABELS_MAX} staging labels`;
}
