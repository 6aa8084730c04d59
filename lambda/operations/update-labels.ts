import type { Context } from '../context.ts';
import { type RotationError, toRotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import {
  CURRENT,
  isLive,
  liveLabel,
  type SecretState,
  type Version,
  versionWithLabel,
} from '../secret/labels.ts';
import { applyChange, currentChanges, expiryChanges, type LabelChange } from '../secret/ledger.ts';
import { changeLabel } from '../secret/secrets-manager.ts';
import { readValue } from '../secret/versions.ts';

/**
 * The changes that AWSCURRENT needs. Without LIVE its value is read: the value of a user that the
 * tag does not name gets none.
 */
export async function labelChangesForCurrent(
  staging: SecretState,
  edges: Context,
): Promise<LabelChange[]> {
  const current = versionWithLabel(staging, CURRENT);
  if (current === undefined) return [];
  if (isLive(current)) return currentChanges(current, true);
  const { password, username } = await readValue(edges, current.id);
  const user = staging.tags.get(USER_TAG) ?? username;
  const isOurs = password !== undefined && user === username;
  return currentChanges(current, isOurs, versionWithLabel(staging, liveLabel(current.id))?.id);
}

/** The labels as they are after the changes of this invocation. */
export function labelsNow(read: SecretState, { secret }: Context): SecretState {
  return [...secret.changes.values()].reduce(applyChange, read);
}

/** Brings the labels up to date; what fails is logged and returned, and the next one goes on. */
export async function updateLabels(
  staging: SecretState,
  edges: Context,
  justReplaced?: string,
): Promise<RotationError[]> {
  const { overlapSeconds, functionTimeoutSeconds } = edges.settings;
  // A POST of an invocation that was cut off may still land within the function's timeout.
  const longer = Math.max(overlapSeconds, functionTimeoutSeconds);
  const secondsFor = ({ id }: Version) => (id === justReplaced ? overlapSeconds : longer);
  // Read the clock after AWSCURRENT moved: the overlap starts at the move.
  const expiries = expiryChanges(staging, edges.now() / 1_000, secondsFor);
  const changes = [...(await labelChangesForCurrent(staging, edges)), ...expiries];
  return tryEach(changes, edges, (change) => changeLabel(edges.secret, change));
}

/** Does each by itself; what fails is logged and returned, and the next one goes on. */
export async function tryEach<T extends LabelChange | Version>(
  items: T[],
  edges: Context,
  act: (item: T) => Promise<void>,
): Promise<RotationError[]> {
  const failures: RotationError[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (thrown) {
      const error = toRotationError(thrown);
      edges.log('ERROR', 'clean-up failed', { code: error.code, error: error.message });
      failures.push(error);
    }
  }
  return failures;
}
