import { holder, type StoredVersion } from '../../sandbox/aws/secret-store.ts';
import { valueIn } from '../../support/observation.ts';
import { passwordOf, type Scenario } from '../../support/scenario.ts';
import type { Layout } from './layouts.ts';

/** Another user of the clusters, whose value an operator pastes or an adversary names. */
export const OTHER_USER = { username: 'billing', password: 'the-password-of-billing' };

/** The world of an operation. */
export type Site = {
  world: Scenario;
  accounts: Layout['accounts'];
  /** The passwords that the function has not drawn. */
  foreign: string[];
  /** The first value of the secret. */
  fields: object;
};

// If all 20 labels are taken, the SDK retries for seconds. Other tests cover that.
const LABELS_MAX = 13;

// Secrets Manager and Redis share no transaction: no operator rolls back in the last minute.
const LAST_MINUTE_SECONDS = 60;

/** Returns whether a secret has room for the labels of the next action. */
export function hasRoom({ store, arn }: Scenario): boolean {
  const versions = [...store.latest(arn).versions.values()];
  return versions.flatMap(({ stages }) => stages).length <= LABELS_MAX;
}

/** Returns whether AWSCURRENT is the value of another user. */
export function isPasted(world: Scenario): boolean {
  return valueNow(world)?.username !== world.user.name;
}

/**
 * Returns whether AWSCURRENT has the expiry from before a rollback. An operator moves it again only
 * after a reconcile, because no label records that the password was in use until now.
 */
export function isRolledBack({ store, arn }: Scenario): boolean {
  const { stages = [] } = holder(store.latest(arn), 'AWSCURRENT') ?? {};
  return stages.some((label) => label.startsWith('EXPIRES-'));
}

/** Returns AWSCURRENT's value without stale reads: an operator edits the latest value. */
export function valueNow({ store, arn }: Scenario) {
  return valueIn(holder(store.latest(arn), 'AWSCURRENT'));
}

/** Returns the previous version, if its password is valid and remains valid for a while. */
export function findRollback({ world, accounts }: Site): StoredVersion | undefined {
  const { store, arn, time } = world;
  const versions = [...store.latest(arn).versions.values()];
  const isReplacing = versions.some(({ stages }) => stages.includes('REPLACING'));
  const version = versions.find(({ stages }) => stages.includes('AWSPREVIOUS'));
  const { username, password } = valueIn(version) ?? {};
  if (isReplacing || password === undefined || password === passwordOf(world, 'AWSCURRENT')) return;
  if (username !== world.user.name) return;
  if (!accounts.every(({ user }) => user.passwords.includes(password))) return;
  const same = versions.filter((one) => valueIn(one)?.password === password);
  const expiries = same.flatMap(({ stages }) =>
    stages.map((label) => Number(/^EXPIRES-(\d+)-/.exec(label)?.[1] ?? Number.POSITIVE_INFINITY)),
  );
  const expiresSoon = Math.min(...expiries) - time.now() / 1_000 < LAST_MINUTE_SECONDS;
  return expiresSoon ? undefined : version;
}
