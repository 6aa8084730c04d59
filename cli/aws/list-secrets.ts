import { paginateListSecrets, type SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { USER_TAG } from '../../lambda/names.ts';
import type { Clients } from './clients.ts';
import { type FoundSecret, toFoundSecret } from './find-secret.ts';

/** What a command prints if the list is empty. */
export const NO_SECRET = `No secret of this Region has the tag ${USER_TAG}.`;

/** What a command prints below the list. */
export const UNTAGGED = `Secrets without the tag ${USER_TAG} are not listed.`;

/**
 * Lists the secrets of the Region that have the user tag, with their labels, dates and schedules.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
 */
export async function listSecrets({
  secretsManager: client,
  callOptions,
}: Clients): Promise<FoundSecret[]> {
  const found: FoundSecret[] = [];
  const Filters = [{ Key: 'tag-key' as const, Values: [USER_TAG] }];
  const pages = paginateListSecrets({ client }, { Filters }, callOptions);
  for await (const { SecretList = [] } of pages) found.push(...SecretList.map(fromEntry));
  // The filter matches the beginning of a key.
  return found.filter(({ user }) => user !== undefined);
}

function fromEntry({ SecretVersionsToStages, ...entry }: SecretListEntry): FoundSecret {
  return toFoundSecret({ ...entry, VersionIdsToStages: SecretVersionsToStages });
}
