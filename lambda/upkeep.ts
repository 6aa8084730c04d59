import type { Edges } from './edges.ts';
import { type RotationError, toRotationError } from './errors.ts';
import { applied, currentChanges, expiryChanges, type LabelChange } from './ledger.ts';
import { changeLabel } from './secrets-manager.ts';
import { CURRENT, findLabel, isLive, type Staging, type Version } from './staging.ts';
import { readValue } from './versions.ts';

/** The changes that AWSCURRENT needs; its value is read only where LIVE does not speak for it. */
export async function changesOfCurrent(staging: Staging, edges: Edges): Promise<LabelChange[]> {
  const current = findLabel(staging, CURRENT);
  if (current === undefined) return [];
  const value = isLive(current) ? undefined : await readValue(edges, current.id);
  return currentChanges(current, value?.password !== undefined);
}

/** Brings the labels up to date; what fails is logged and returned, and the next one goes on. */
export async function keepLabels(
  staging: Staging,
  edges: Edges,
  justReplaced?: string,
): Promise<{ staging: Staging; failures: RotationError[] }> {
  // The clock is read here: an overlap starts once AWSCURRENT has moved.
  const expiries = expiryChanges(staging, edges.settings, edges.now() / 1_000, justReplaced);
  const changes = [...(await changesOfCurrent(staging, edges)), ...expiries];
  let kept = staging;
  const failures = await attemptEach(changes, edges, async (change) => {
    await changeLabel(edges.secret, change);
    kept = applied(kept, change);
  });
  return { staging: kept, failures };
}

/** Does each by itself; what fails is logged and returned, and the next one goes on. */
export async function attemptEach<T extends LabelChange | Version>(
  items: T[],
  edges: Edges,
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
