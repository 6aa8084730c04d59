import {
  type DescribeSecretResponse,
  paginateListSecrets,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { errorName } from '../../lambda/errors.ts';
import { USER_TAG } from '../../lambda/names.ts';
import { type Check, unknown, warn } from '../../lambda/preflight/check.ts';

const KEEP_ONE =
  "keep one secret for each user, because two secrets of one user delete each other's passwords; " +
  'if their `clusters` have no cluster in common, keep both';

/** Warns of each other secret that rotates with the same function and has the same user tag. */
export async function checkSameUser(
  client: SecretsManagerClient,
  secret: DescribeSecretResponse,
): Promise<Check[]> {
  const user = userOf(secret);
  const functionArn = functionOf(secret);
  if (user === undefined || functionArn === undefined) return [];
  try {
    const candidates = await listCandidates(client, user);
    const others = candidates.filter(
      (candidate) =>
        candidate.ARN !== secret.ARN &&
        candidate.RotationEnabled &&
        userOf(candidate) === user &&
        functionOf(candidate) === functionArn,
    );
    return others.map(({ Name }) =>
      warn('user-tag', `secret ${Name} names the same user`, KEEP_ONE),
    );
  } catch (error) {
    const name = errorName(error);
    const detail = `ListSecrets failed with ${name}: another secret may name the same user`;
    const isDenied = name === 'AccessDeniedException';
    const hint = isDenied ? 'add secretsmanager:ListSecrets to your permissions' : 'try again';
    return [unknown('user-tag', detail, hint)];
  }
}

/** Lists secrets that may have the user's tag: the filters match the beginning of any tag. */
async function listCandidates(
  client: SecretsManagerClient,
  user: string,
): Promise<SecretListEntry[]> {
  const found: SecretListEntry[] = [];
  const Filters = [
    { Key: 'tag-key' as const, Values: [USER_TAG] },
    { Key: 'tag-value' as const, Values: [user] },
  ];
  for await (const { SecretList = [] } of paginateListSecrets({ client }, { Filters })) {
    found.push(...SecretList);
  }
  return found;
}

function userOf({ Tags = [] }: Pick<SecretListEntry, 'Tags'>): string | undefined {
  return Tags.find(({ Key }) => Key === USER_TAG)?.Value;
}

/** Returns the function's ARN without a version or an alias. */
function functionOf({ RotationLambdaARN: arn }: SecretListEntry): string | undefined {
  return arn?.split(':').slice(0, 7).join(':');
}
