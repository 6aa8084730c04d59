import type { Context } from '../context.ts';
import { readCurrent } from '../secret/secrets-manager.ts';

/** The current value of a secret that a cluster's parameters name, read once an invocation. */
export async function readReferencedSecret(
  arn: string,
  { secret, referencedSecrets }: Context,
): Promise<{ text: string; versionId: string }> {
  const value = referencedSecrets.get(arn) ?? (await readCurrent({ ...secret, arn }));
  referencedSecrets.set(arn, value);
  return value;
}
