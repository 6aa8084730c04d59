import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import {
  CURRENT,
  hasLabel,
  isLive,
  liveLabel,
  PENDING,
  REPLACING,
  type SecretState,
  shownId,
  type Version,
  versionWithLabel,
} from '../secret/labels.ts';
import { applyChange, currentChanges, expiryChanges, type LabelChange } from '../secret/ledger.ts';
import { changeLabel } from '../secret/secrets-manager.ts';
import { boundUser, taggedUser } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import { readValue, requireCurrent } from '../secret/versions.ts';

/** @throws `secret_value_changed` if AWSCURRENT is not on the version that was read before. */
export function checkNotMoved(shown: SecretState, before: VersionValue, operation: string): void {
  if (requireCurrent(shown).id === before.versionId) return;
  const hint = `run ${operation} again`;
  throw new RotationError('secret_value_changed', 'AWSCURRENT has just moved', { hint });
}

export const NOT_MOVED = 'AWSCURRENT did not move';

/** @throws `replace_in_progress`: a replaceAll may delete passwords and move AWSCURRENT. */
export function checkNotReplacing(state: SecretState, outcome: string, hint?: string): void {
  const replacing = versionWithLabel(state, REPLACING);
  if (replacing === undefined) return;
  const what = `${outcome}, and version ${shownId(replacing.id)} has REPLACING`;
  throw new RotationError('replace_in_progress', what, { hint });
}

/**
 * Removes AWSPENDING from all other versions: no rotation may continue with their passwords and
 * fields. Returns the versions that had it.
 */
export async function removePending(
  { versions }: SecretState,
  own: string,
  { secret }: Context,
): Promise<Version[]> {
  const others = versions.filter((one) => one.id !== own && hasLabel(one, PENDING));
  for (const { id } of others) await changeLabel(secret, { label: PENDING, from: id });
  return others;
}

/**
 * Returns the label changes that AWSCURRENT needs. If it has no LIVE, reads its value first: if the
 * tag names another user, AWSCURRENT gets no LIVE.
 */
export async function labelChangesForCurrent(
  state: SecretState,
  context: Context,
): Promise<LabelChange[]> {
  const current = versionWithLabel(state, CURRENT);
  if (current === undefined) return [];
  if (isLive(current)) return currentChanges(current, true);
  const value = await readValue(context, current.id);
  const user = boundUser(value);
  const isOurs = value.password !== undefined && (taggedUser(state.tags) ?? user) === user;
  return currentChanges(current, isOurs, versionWithLabel(state, liveLabel(current.id))?.id);
}

/** Returns the labels after all changes of this invocation. */
export function labelsNow(read: SecretState, { secret }: Context): SecretState {
  return [...secret.changes.values()].reduce(applyChange, read);
}

/** Updates the labels of AWSCURRENT and the expiries. Logs and returns failures. */
export async function updateLabels(
  state: SecretState,
  context: Context,
  justReplaced?: string,
): Promise<RotationError[]> {
  const { overlapSeconds, functionTimeoutSeconds } = context.settings;
  // The POST of an interrupted invocation may arrive until the function's timeout.
  const longer = Math.max(overlapSeconds, functionTimeoutSeconds);
  const secondsFor = ({ id }: Version) => (id === justReplaced ? overlapSeconds : longer);
  // Read the clock after AWSCURRENT moved: the overlap starts at the move.
  const expiries = expiryChanges(state, context.now() / 1_000, secondsFor);
  const changes = [...(await labelChangesForCurrent(state, context)), ...expiries];
  return tryEach(changes, context, (change) => changeLabel(context.secret, change));
}

/** Calls `act` for each item, one after the other. Logs and returns failures. */
export async function tryEach<T>(
  items: readonly T[],
  { log }: Pick<Context, 'log'>,
  act: (item: T) => Promise<void>,
): Promise<RotationError[]> {
  const failures: RotationError[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (thrown) {
      const error = toRotationError(thrown);
      log('ERROR', 'clean-up failed', { code: error.code, error: error.message });
      failures.push(error);
    }
  }
  return failures;
}
