import { rewordError } from '../errors.ts';
import { readCurrent, type Secret } from '../secret/secrets-manager.ts';

/** What reads of the secrets that parameters name share in one invocation. */
export type ReferencedSecretContext = {
  /** The secret that is rotated: its client reads the others. */
  secret: Secret;
  /** The values read so far, by ARN. */
  referencedSecrets: Map<string, { text: string; versionId: string }>;
  registerSecret: (secret: string | undefined) => void;
};

/**
 * Reads the current value of a secret that a cluster's parameters name, once an invocation.
 * @throws what a read throws, with the ARN: the log names only the secret that is rotated.
 */
export async function readReferencedSecret(
  arn: string,
  { secret, referencedSecrets }: ReferencedSecretContext,
): Promise<{ text: string; versionId: string }> {
  const known = referencedSecrets.get(arn);
  if (known !== undefined) return known;
  try {
    const value = await readCurrent({ ...secret, arn });
    referencedSecrets.set(arn, value);
    return value;
  } catch (thrown) {
    throw rewordError(thrown, { before: `secret ${arn}` });
  }
}
