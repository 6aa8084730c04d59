import { ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import type { Clients } from './clients.ts';
import type { FoundSecret } from './find-secret.ts';

/** The time at which each version was created, by its VersionId. */
export type VersionDates = ReadonlyMap<string, number>;

/** Reads when each version with a label was created, in milliseconds since the epoch. */
export async function readVersionDates(
  { arn }: FoundSecret,
  { secretsManager, callOptions }: Clients,
): Promise<VersionDates> {
  const command = new ListSecretVersionIdsCommand({ SecretId: arn });
  const { Versions = [] } = await secretsManager.send(command, callOptions);
  return new Map(
    Versions.flatMap(({ VersionId, CreatedDate }) =>
      VersionId === undefined || CreatedDate === undefined
        ? []
        : [[VersionId, CreatedDate.getTime()]],
    ),
  );
}
