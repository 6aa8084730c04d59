import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';

/** The labels of every version that DescribeSecret lists, by its id. */
export type Labels = Record<string, string[]>;

export type Operation = {
  name: 'create' | 'put' | 'move' | 'get' | 'describe' | 'list';
  id: string | undefined;
  from: string | undefined;
  label: string | undefined;
  more: string[];
  text: string | undefined;
};

/** What an operation came to: the error's name, or what the reply has of versions and values. */
export type Seen = { error?: string; id?: string; text?: string; labels?: Labels };

// Few of each, so that operations meet one another.
export const FIRST_ID = '1'.repeat(32);
export const SECOND_ID = '2'.repeat(32);
const IDS = [FIRST_ID, SECOND_ID, '3'.repeat(32)];
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'LIVE', 'EXPIRES'];
const TEXTS = ['one', 'two'];

const some = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

export const anOperation: fc.Arbitrary<Operation> = fc.record({
  name: fc.constantFrom('create', 'put', 'put', 'move', 'move', 'get', 'describe', 'list'),
  id: some(IDS),
  from: some(IDS),
  label: some(LABELS),
  more: fc.subarray(LABELS, { maxLength: 2 }),
  text: some(TEXTS),
});

/** Does an operation on a secret, which the sandbox and moto have by the same name. */
export async function perform(
  client: SecretsManagerClient,
  SecretId: string,
  operation: Operation,
): Promise<Seen> {
  try {
    return await RUN[operation.name](client, SecretId, operation);
  } catch (error) {
    return { error: error instanceof Error ? error.name : String(error) };
  }
}

type Run = (client: SecretsManagerClient, SecretId: string, operation: Operation) => Promise<Seen>;

const RUN: Record<Operation['name'], Run> = {
  create: async (client, Name, { id: ClientRequestToken = FIRST_ID, text }) => {
    const value = text === undefined ? {} : { SecretString: text };
    await client.send(new CreateSecretCommand({ Name, ...value, ClientRequestToken }));
    return {};
  },
  put: async (
    client,
    SecretId,
    { id: ClientRequestToken = FIRST_ID, label, more, text = 'one' },
  ) => {
    const stages = label === undefined ? {} : { VersionStages: [...new Set([label, ...more])] };
    const input = { SecretId, SecretString: text, ClientRequestToken, ...stages };
    const { VersionId, VersionStages } = await client.send(new PutSecretValueCommand(input));
    return { id: VersionId ?? '', labels: sorted([[VersionId, VersionStages]]) };
  },
  move: async (client, SecretId, { id, from, label: VersionStage = 'AWSCURRENT' }) => {
    const move = { MoveToVersionId: id, RemoveFromVersionId: from };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...move }));
    return {};
  },
  get: async (client, SecretId, { id, label }) => {
    const input = { SecretId, VersionId: id, VersionStage: label };
    const read = await client.send(new GetSecretValueCommand(input));
    const labels = sorted([[read.VersionId, read.VersionStages]]);
    return { id: read.VersionId ?? '', text: read.SecretString ?? '', labels };
  },
  describe: async (client, SecretId) => ({ labels: await labelsOf(client, SecretId) }),
  list: async (client, SecretId) => {
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    return { labels: sorted(Versions.map((one) => [one.VersionId, one.VersionStages])) };
  },
};

export async function labelsOf(client: SecretsManagerClient, SecretId: string): Promise<Labels> {
  const reply = await client.send(new DescribeSecretCommand({ SecretId }));
  return sorted(Object.entries(reply.VersionIdsToStages ?? {}));
}

/** moto keeps labels in the order in which they came; AWS sorts them, as its snapshots show. */
function sorted(versions: [string | undefined, string[] | undefined][]): Labels {
  const entries = versions.map(([id = '', labels = []]) => [id, labels.toSorted()] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => one.localeCompare(other)));
}
