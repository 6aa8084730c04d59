import type { Context } from '../../context.ts';
import { REPLACE_OR_KEEP, toRotationError } from '../../errors.ts';
import type { SecretDescription } from '../../secret/description.ts';
import {
  CURRENT,
  findVersion,
  hasLabel,
  liveLabel,
  type SecretState,
  versionWithLabel,
} from '../../secret/labels.ts';
import { deletionChanges, type LabelChange } from '../../secret/ledger.ts';
import { changeLabel, putVersion } from '../../secret/secrets-manager.ts';
import type { VersionValue } from '../../secret/value.ts';
import { waitForLabels, waitForVersion } from '../../secret/wait-for-labels.ts';
import {
  checkNotReplacing,
  labelsNow,
  NOT_MOVED,
  tryEach,
  updateLabels,
} from '../update-labels.ts';
import { abandonRotation, type Progress } from './abandon-rotation.ts';

export const REPLACING_HINT = `${REPLACE_OR_KEEP}; then deploy again`;

/** A version to write, and AWSCURRENT before it: the same user and password, if it has one. */
type NewVersion = { before: VersionValue | undefined; id: string; text: string };

/**
 * Writes a version and moves AWSCURRENT to it, from the version that was read. Returns the labels,
 * or undefined if AWSCURRENT moved meanwhile. @throws `replace_in_progress`
 */
export async function writeCurrent(
  { before, id, text }: NewVersion,
  context: Context,
  progress: Progress,
): Promise<SecretDescription | undefined> {
  const { secret } = context;
  // LIVE alone: AWS adds AWSCURRENT if it is the first version of the secret, and only then.
  await putVersion(secret, undefined, { id, text });
  const shown = await waitForVersion(secret, id);
  // LIVE stays: another invocation may use the same version. If none does, reconcile removes it.
  if (!isCurrent(shown, before?.versionId ?? id)) return undefined;
  const moved = before === undefined ? shown : await moveFrom(shown, before, id, context, progress);
  if (moved === undefined) return undefined;
  checkNotReplacing(moved, `AWSCURRENT moved to version ${id}`, REPLACING_HINT);
  // A step that was running may have set AWSPENDING again.
  if (before !== undefined) await abandonRotation(moved, id, context, progress);
  await removeLabels(moved, { before, id }, context);
  await updateLabels(labelsNow(moved, context), context);
  const changes = [...secret.changes.values()].filter(({ label }) => label !== CURRENT);
  const settled = await waitForLabels(secret, changes);
  return isCurrent(settled, id) ? settled : undefined;
}

/** Moves AWSCURRENT. Returns undefined if another client moved it, before or after. */
async function moveFrom(
  shown: SecretDescription,
  before: VersionValue,
  id: string,
  context: Context,
  progress: Progress,
): Promise<SecretDescription | undefined> {
  const { secret } = context;
  checkNotReplacing(shown, NOT_MOVED, REPLACING_HINT);
  await abandonRotation(shown, id, context, progress);
  const from = before.versionId;
  const failure = await changeLabel(secret, { label: CURRENT, to: id, from }).then(
    () => undefined,
    toRotationError,
  );
  const moved = await waitForLabels(secret, [{ label: CURRENT, from }], failure);
  return isCurrent(moved, id) ? moved : undefined;
}

/**
 * Removes LIVE and EXPIRES from the replaced version, whose password AWSCURRENT has, and LIVE from
 * AWSCURRENT if it has no password. Logs failures; reconcile repeats the work.
 */
async function removeLabels(
  state: SecretState,
  { before, id }: Omit<NewVersion, 'text'>,
  context: Context,
): Promise<void> {
  const replaced = findVersion(state, before?.versionId ?? '');
  const changes: LabelChange[] = [];
  if (before?.password === undefined) changes.push({ label: liveLabel(id), from: id });
  if (replaced !== undefined) {
    changes.push(...deletionChanges(replaced).filter(({ label }) => hasLabel(replaced, label)));
  }
  await tryEach(changes, context, (change) => changeLabel(context.secret, change));
}

function isCurrent(state: SecretState, id: string): boolean {
  const current = versionWithLabel(state, CURRENT);
  return current?.id === id;
}
