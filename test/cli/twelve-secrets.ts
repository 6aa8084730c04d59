import { randomUUID } from 'node:crypto';
import { USER_TAG } from '../../lambda/names.ts';
import type { StoredSecret, StoredVersion } from '../sandbox/aws/secret-store.ts';
import { ACCOUNT, FUNCTION_ARN, REGION } from '../sandbox/names.ts';
import type { World } from '../sandbox/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A version: labels without the VersionId, and how long ago it was created, in milliseconds. */
type Version = { labels: string[]; age: number };

/** A secret by its age in milliseconds; `off` if it does not rotate. */
type State = { versions: Version[]; rotated?: number; changed?: number; off?: boolean };

/** The value of every version. `status` must not read it. */
export const VALUE = JSON.stringify({ username: 'orders', password: 'never-print-this-1' });

/** Returns EXPIRES so many milliseconds from now. */
const expires = (left: number) => `EXPIRES-${Math.floor((Date.now() + left) / 1_000)}-`;

const current = (age = 3 * DAY): Version => ({ labels: ['AWSCURRENT', 'LIVE-'], age });
const replaced = (left: number, age = 33 * DAY): Version => ({
  labels: ['AWSPREVIOUS', 'LIVE-', expires(left)],
  age,
});
const older = (left: number): Version => ({ labels: ['LIVE-', expires(left)], age: 63 * DAY });
const leftovers = (count: number): Version => ({
  labels: Array.from({ length: count }, (_, index) => `mine-${index}`),
  age: 90 * DAY,
});

/** Twelve secrets in as many states, by the problem that `status` must find first. */
export const TWELVE: Record<string, State> = {
  well: { versions: [current(), replaced(4 * DAY + 5 * HOUR), older(13 * HOUR)] },
  rotating: { versions: [current(29 * DAY), { labels: ['AWSPENDING', 'LIVE-'], age: 90_000 }] },
  'never-rotated': { versions: [{ labels: ['AWSCURRENT'], age: 2 * HOUR }], rotated: -1 },
  'current-expires': {
    versions: [{ labels: ['AWSCURRENT', 'LIVE-', expires(2 * DAY)], age: 33 * DAY }],
  },
  'labels-nearly-full': { versions: [current(), leftovers(13)] },
  abandoned: { versions: [current(), { labels: ['LIVE-'], age: 4 * DAY }], changed: 5 * HOUR },
  'labels-full': { versions: [current(), replaced(4 * DAY), leftovers(13)] },
  'not-deleted': { versions: [current(), replaced(-30 * HOUR)] },
  stuck: { versions: [current(32 * DAY), { labels: ['AWSPENDING', 'LIVE-'], age: 50 * HOUR }] },
  overdue: { versions: [current(62 * DAY)], rotated: 62 * DAY },
  'rotation-off': { versions: [current(412 * DAY)], rotated: 412 * DAY, off: true },
  replacing: { versions: [{ labels: ['AWSCURRENT', 'LIVE-', 'REPLACING'], age: HOUR }] },
};

/** Returns the name of the secret in a state. */
export const nameOf = (state: string) => `redis/${state}`;

/** Adds secrets to a world, as if they had a past. */
export function addSecrets({ store }: Pick<World, 'store'>, states = TWELVE): void {
  for (const [name, state] of Object.entries(states)) store.create(storedSecret(name, state));
}

function storedSecret(name: string, state: State): StoredSecret {
  const { versions, rotated = 3 * DAY - 60_000, changed = 0, off = false } = state;
  const now = Date.now();
  return {
    arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${nameOf(name)}-a1b2c3`,
    name: nameOf(name),
    description: undefined,
    tags: new Map([[USER_TAG, name.split('-')[0] ?? name]]),
    versions: new Map(versions.map((one) => storedVersion(one, now)).map((one) => [one.id, one])),
    createdAt: now - 500 * DAY,
    deletedAt: undefined,
    changedAt: now - changed,
    rotatedAt: rotated < 0 ? undefined : now - rotated,
    rotationEnabled: !off,
    rotationLambdaArn: FUNCTION_ARN,
    rotationRules: { ScheduleExpression: name === 'never-rotated' ? undefined : 'rate(30 days)' },
  };
}

function storedVersion({ labels, age }: Version, now: number): StoredVersion {
  const id = randomUUID();
  return {
    id,
    value: { SecretString: VALUE },
    stages: labels.map((label) => (label.endsWith('-') ? `${label}${id}` : label)),
    createdAt: now - age,
    rotationToken: undefined,
  };
}
