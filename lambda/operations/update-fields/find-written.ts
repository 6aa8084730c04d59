import type { Context } from '../../context.ts';
import { hasLabel, isInUse, isLive, PREVIOUS, type SecretState } from '../../secret/labels.ts';
import { findValue } from '../../secret/versions.ts';

/**
 * Returns the version that an interrupted run wrote with a value, given as JSON. Without it, each
 * retry would use up another label.
 */
export async function findWritten(
  { versions }: SecretState,
  text: string,
  context: Context,
): Promise<string | undefined> {
  const left = versions.filter((one) => isLive(one) && !isInUse(one) && !hasLabel(one, PREVIOUS));
  for (const { id } of left) {
    // An invalid value has LIVE only if somebody else set the label.
    const value = await findValue(context, id).catch(() => undefined);
    if (value !== undefined && JSON.stringify(value.fields) === text) return id;
  }
  return undefined;
}
