import type { SecretState } from '../../lambda/secret/labels.ts';

/** Returns the state of a secret with these labels, by VersionId. */
export function stateOf(versions: Record<string, string[]>, rotationEnabled = true): SecretState {
  const list = Object.entries(versions).map(([id, labels]) => ({ id, labels }));
  return { rotationEnabled, tags: new Map(), versions: list };
}
