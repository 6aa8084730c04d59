import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { USER_TAG } from '../../lambda/names.ts';
import { holder, type StoredVersion } from '../sandbox/aws/secret-store.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import { updateStage } from '../sandbox/setup.ts';
import { idOf, passwordOf, putByHand, type Scenario } from '../support/scenario.ts';
import { valueIn } from '../support/witness.ts';
import { abandon } from './flows.ts';
import type { Layout } from './layouts.ts';

/** Another user of the clusters, whose value is pasted by mistake or named by an adversary. */
export const OTHER_USER = { username: 'billing', password: 'the-password-of-billing' };

/** What people and machines do beside the function. */
export type Operation =
  | { do: 'time passes'; seconds: number }
  | { do: 'reads are late'; ms: number }
  | { do: 'roll back' | 'put the old value' | 'put another field' }
  | { do: "paste another user's value" | 'undo the paste' }
  | { do: 'tag away' | 'tag back' | 'rotation off' | 'rotation on' }
  | { do: "change the admin's password"; n: number }
  | { do: 'put a new value' | 'reset by an administrator'; n: number };

/** What an operation works on; `foreign` notes passwords that the function has not drawn. */
export type Site = {
  world: Scenario;
  accounts: Layout['accounts'];
  foreign: string[];
  /** What the value of the secret was in the beginning. */
  fields: object;
};

// Secrets Manager and Redis share no transaction: nobody rolls back in the last minute.
const LAST_MINUTE_SECONDS = 60;

/** Does it, if a careful operator would. */
export async function operate(site: Site, operation: Operation, isIdle: boolean): Promise<void> {
  const { world } = site;
  const { arn, time, store } = world;
  if (isByHand(operation) && isRolledBack(world)) return;
  switch (operation.do) {
    case 'time passes':
      time.advance(operation.seconds);
      return world.propagation.deliver();
    case 'reads are late':
      world.storeOptions.staleReadsMs = operation.ms;
      return;
    case 'roll back': {
      const to = rollback(site)?.id;
      if (to === undefined) return;
      await abandon(world);
      return updateStage(world, arn, 'AWSCURRENT', { to, from: idOf(world, 'AWSCURRENT') });
    }
    case 'put the old value': {
      const password = valueIn(rollback(site))?.password;
      if (password === undefined) return;
      return putByHand(world, { ...valueNow(world), password });
    }
    case 'put another field':
      return putByHand(world, { ...valueNow(world), note: time.now() });
    case "paste another user's value":
      return putByHand(world, { ...valueNow(world), ...OTHER_USER });
    case 'undo the paste':
      return undoPaste(site);
    case 'tag away':
    case 'tag back':
      // In self mode it is the cluster that checks who the user is.
      if (findAdmins(site).length === 0) return;
      store.write(arn, ({ tags }) => {
        if (operation.do === 'tag away') tags.delete(USER_TAG);
        else tags.set(USER_TAG, world.user.name);
      });
      return;
    case 'rotation off':
    case 'rotation on':
      store.write(arn, (secret) => {
        secret.rotationEnabled = operation.do === 'rotation on';
      });
      return;
    case "change the admin's password":
      return changeAdmin(site, `admin-${operation.n}-${time.now()}`);
    case 'put a new value': {
      if (isPasted(world)) return;
      const password = `by-hand-${operation.n}-${site.foreign.length}`;
      await setPasswords(site, (passwords) => [...passwords, password]);
      site.foreign.push(password);
      return putByHand(world, { ...valueNow(world), password });
    }
    case 'reset by an administrator': {
      // Whoever resets a password looks first whether somebody else is about to change it.
      if (!isIdle || isPasted(world) || idOf(world, 'REPLACING') !== undefined) return;
      return reset(site, `reset-${operation.n}-${time.now()}`);
    }
  }
}

/** Makes a password the only one on every cluster, and puts it into the secret. */
export async function reset(site: Site, password: string): Promise<void> {
  await setPasswords(site, () => [password]);
  site.foreign.push(password);
  await putByHand(site.world, { ...site.fields, password });
}

async function setPasswords(
  { accounts }: Site,
  change: (passwords: string[]) => string[],
): Promise<void> {
  for (const { cluster, user } of accounts) {
    user.passwords = change(user.passwords);
    await cluster.onPasswords(user);
  }
}

/** Puts the user's own value back, with a password that is valid on every cluster. */
export async function undoPaste({ world, accounts, fields }: Site): Promise<void> {
  if (!isPasted(world)) return;
  const [first = [], ...others] = accounts.map(({ user }) => user.passwords);
  const password = first.findLast((one) => others.every((list) => list.includes(one)));
  if (password === undefined) return;
  await putByHand(world, { ...fields, password });
}

function findAdmins({ accounts }: Site): ClusterUser[] {
  return accounts.flatMap(({ cluster }) => cluster.users.filter(({ name }) => name === 'admin'));
}

async function changeAdmin(site: Site, password: string): Promise<void> {
  const { world } = site;
  const admins = findAdmins(site);
  const [admin] = admins;
  if (admin === undefined) return;
  for (const one of admins) one.passwords = [password];
  await world.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: 'redis-enterprise/admin',
      SecretString: JSON.stringify({ username: admin.email, password }),
    }),
  );
  world.witness.learn();
  world.witness.secrets.add(password);
}

// With all 20 labels taken nothing goes on until some have expired, and the AWS SDK waits for seconds
// before it says so: that has tests of its own.
const LABELS_MAX = 13;

/** Whether a secret has room for the labels of what is done next. */
export function hasRoom({ store, arn }: Scenario): boolean {
  const versions = [...store.latest(arn).versions.values()];
  return versions.flatMap(({ stages }) => stages).length <= LABELS_MAX;
}

/** Whether it makes another version AWSCURRENT, which leaves the passwords as they are. */
function isByHand({ do: what }: Operation): boolean {
  return what === 'roll back' || /^(put|paste|undo)/.test(what);
}

/** Whether AWSCURRENT is the value of another user. */
export function isPasted(world: Scenario): boolean {
  return valueNow(world)?.username !== world.user.name;
}

/**
 * Whether AWSCURRENT still has the expiry that it had before a rollback: it is to be moved on only
 * after a reconcile, since no label would tell that the password was in use until now.
 */
function isRolledBack({ store, arn }: Scenario): boolean {
  const { stages = [] } = holder(store.latest(arn), 'AWSCURRENT') ?? {};
  return stages.some((label) => label.startsWith('EXPIRES-'));
}

/** What AWSCURRENT holds: whoever edits a secret looks at what there is, and not at what was. */
export function valueNow({ store, arn }: Scenario) {
  return valueIn(holder(store.latest(arn), 'AWSCURRENT'));
}

/** The version before, if its password is valid and stays so for a while. */
function rollback({ world, accounts }: Site): StoredVersion | undefined {
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
  const isSoon = Math.min(...expiries) - time.now() / 1_000 < LAST_MINUTE_SECONDS;
  return isSoon ? undefined : version;
}
