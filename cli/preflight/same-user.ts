import { errorName } from '../../lambda/errors.ts';
import { type Check, unknown, warn } from '../../lambda/preflight/check.ts';
import { unqualifiedArn } from '../../lambda/secret/description.ts';
import type { FoundSecret } from '../aws/find-secret.ts';

const KEEP_ONE =
  "keep one secret for each user, because two secrets of one user delete each other's passwords; " +
  'if their `clusters` have no cluster in common, keep both';

/** Warns of each other secret that rotates with the same function and has the same user tag. */
export async function checkSameUser(
  secret: FoundSecret,
  list: () => Promise<FoundSecret[]>,
): Promise<Check[]> {
  const functionOf = ({ functionArn = '' }: FoundSecret) => unqualifiedArn(functionArn);
  if (secret.user === undefined || secret.functionArn === undefined) return [];
  try {
    const others = (await list()).filter(
      (other) =>
        other.arn !== secret.arn &&
        other.rotationEnabled &&
        other.user === secret.user &&
        functionOf(other) === functionOf(secret),
    );
    return others.map(({ name }) =>
      warn('user-tag', `secret ${name} names the same user`, KEEP_ONE),
    );
  } catch (error) {
    const name = errorName(error);
    if (name === 'AbortError') throw error;
    const detail = `ListSecrets failed with ${name}: another secret may name the same user`;
    const isDenied = name === 'AccessDeniedException';
    const hint = isDenied ? 'add secretsmanager:ListSecrets to your permissions' : 'try again';
    return [unknown('user-tag', detail, hint)];
  }
}
