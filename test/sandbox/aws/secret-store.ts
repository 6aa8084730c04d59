import { AwsError } from './aws-server.ts';

/** A text, or binary data in base64. */
export type SecretContent = { SecretString: string } | { SecretBinary: string };

/** A version of a secret. AWS stages a rotation's token before the version has a value. */
export type StoredVersion = {
  id: string;
  value: SecretContent | undefined;
  stages: string[];
  createdAt: number;
  /** The RotationToken that the value came with. */
  rotationToken: string | undefined;
};

/** A secret. Times are in milliseconds since the epoch. */
export type StoredSecret = {
  arn: string;
  name: string;
  description: string | undefined;
  tags: Map<string, string>;
  versions: Map<string, StoredVersion>;
  createdAt: number;
  changedAt: number;
  rotatedAt: number | undefined;
  rotationEnabled: boolean | undefined;
  rotationLambdaArn: string | undefined;
  rotationRules: unknown;
  /** When the secret may be deleted, if it is marked for deletion. */
  deletedAt: number | undefined;
};

export type StoreOptions = {
  now: () => number;
  /** A clock that is never set back; default: `now`. */
  elapsed?: (() => number) | undefined;
  /** Hides the writes of so many milliseconds from reads. */
  staleReadsMs: number;
};

export type SecretStore = ReturnType<typeof openSecretStore>;

type Snapshot = { at: number; secret: StoredSecret };
/** By the ARN of the secret. */
type Snapshots = Map<string, Snapshot[]>;

export const LABELS_MAX = 20;
// Far more than a stale read goes back.
const SNAPSHOTS_MAX = 100;

/** Opens a store that keeps a snapshot of a secret for each write, so that reads may be stale. */
export function openSecretStore(options: StoreOptions) {
  const snapshots: Snapshots = new Map();
  const elapsed = () => (options.elapsed ?? options.now)();
  const find = (secretId: string) => findSnapshots(snapshots, secretId);
  const latest = (secretId: string): StoredSecret => {
    const last = find(secretId).at(-1);
    if (last === undefined) throw new Error('a secret without a snapshot');
    return last.secret;
  };

  const read = (secretId: string): StoredSecret => {
    // Returns the latest write even if the clock was set back.
    if (options.staleReadsMs === 0) return latest(secretId);
    const until = elapsed() - options.staleReadsMs;
    const visible = find(secretId).findLast(({ at }) => at <= until) ?? find(secretId)[0];
    return visible?.secret ?? latest(secretId);
  };

  return {
    options,
    latest,
    read,
    list: (): StoredSecret[] => [...snapshots.keys()].map(read),
    create: (secret: StoredSecret): void => {
      snapshots.set(secret.arn, [{ at: elapsed(), secret }]);
    },
    remove: (arn: string): void => void snapshots.delete(arn),
    exists: (secretId: string): boolean => findList(snapshots, secretId) !== undefined,
    write: (secretId: string, change: (secret: StoredSecret) => void): StoredSecret => {
      const list = find(secretId);
      const secret = structuredClone(latest(secretId));
      change(secret);
      checkLabels(secret);
      secret.changedAt = options.now();
      list.push({ at: elapsed(), secret });
      if (list.length > SNAPSHOTS_MAX) list.shift();
      return secret;
    },
  };
}

function findList(snapshots: Snapshots, secretId: string): Snapshot[] | undefined {
  const isNamed = (list: Snapshot[]) => list[0]?.secret.name === secretId;
  return snapshots.get(secretId) ?? snapshots.values().find(isNamed);
}

function findSnapshots(snapshots: Snapshots, secretId: string): Snapshot[] {
  const found = findList(snapshots, secretId);
  if (found !== undefined) return found;
  const message = "Secrets Manager can't find the specified secret.";
  throw new AwsError('ResourceNotFoundException', message);
}

function checkLabels(secret: StoredSecret): void {
  const labels = [...secret.versions.values()].flatMap(({ stages }) => stages);
  if (labels.length <= LABELS_MAX) return;
  throw new AwsError('LimitExceededException', `A secret can have ${LABELS_MAX} staging labels.`);
}

/** Returns the version with a label. */
export function holder(secret: StoredSecret, label: string): StoredVersion | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.includes(label));
}

/** Moves a label to a version, or removes it. AWSPREVIOUS follows AWSCURRENT. */
export function moveLabel(secret: StoredSecret, label: string, to: string | undefined): void {
  const before = holder(secret, label);
  const after = to === undefined ? undefined : secret.versions.get(to);
  if (before === after) return;
  if (before !== undefined) before.stages = before.stages.filter((one) => one !== label);
  if (after !== undefined) after.stages = [...after.stages, label].sort();
  if (label === 'AWSCURRENT' && before !== undefined) {
    moveLabel(secret, 'AWSPREVIOUS', before.id);
  }
}
