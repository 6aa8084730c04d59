import { readCurrent, type Secret } from '../secret/secrets-manager.ts';

/** What reads of the secrets that parameters name share in one invocation. */
export type ReferencedSecretContext = {
  /** The secret that is rotated: its client reads the others. */
  secret: Secret;
  /** The values read so far, by ARN. */
  referencedSecrets: Map<string, { text: string; versionId: string }>;
  registerSecret: (secret: string | undefined) => void;
};

/** Reads the current value of a secret that a cluster's parameters name, once an invocation. */
export async function readReferencedSecret(
  arn: string,
  { secret, referencedSecrets }: ReferencedSecretContext,
): Promise<{ text: string; versionId: string }> {
  const value = referencedSecrets.get(arn) ?? (await readCurrent({ ...secret, arn }));
  referencedSecrets.set(arn, value);
  return value;
}
