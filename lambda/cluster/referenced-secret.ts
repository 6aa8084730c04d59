import type { Edges } from '../context.ts';
import { readCurrent } from '../secret/secrets-manager.ts';

/** The current value of a secret that a cluster's parameters name, read once an invocation. */
export async function readNamed(
  arn: string,
  { secret, named }: Edges,
): Promise<{ text: string; versionId: string }> {
  const value = named.get(arn) ?? (await readCurrent({ ...secret, arn }));
  named.set(arn, value);
  return value;
}
