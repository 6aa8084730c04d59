import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { USER_TAG } from '../../../lambda/names.ts';
import type { ClusterUser } from '../../sandbox/cluster/users.ts';
import { updateStage } from '../../sandbox/setup.ts';
import { valueIn } from '../../support/observation.ts';
import { idOf, putManually } from '../../support/scenario.ts';
import { abandon } from '../stage.ts';
import { findRollback, isPasted, isRolledBack, OTHER_USER, type Site, valueNow } from './site.ts';

/** What operators and machines do besides the function. */
export type Operation =
  | { do: 'time passes'; seconds: number }
  | { do: 'delay reads'; ms: number }
  | { do: 'remove the tag' | 'restore the tag' | 'rotation off' | 'rotation on' }
  | { do: "change the admin's password"; n: number }
  | { do: 'reset by an administrator'; n: number }
  | ValueEdit;

/** What makes another version AWSCURRENT, and deletes no password. */
type ValueEdit =
  | { do: 'roll back' | 'put the old value' | 'put another field' }
  | { do: "paste another user's value" | 'undo the paste' }
  | { do: 'put a new value'; n: number };

/** Does an operation, if a careful operator would do it. */
export async function operate(site: Site, operation: Operation, isIdle: boolean): Promise<void> {
  const { world } = site;
  switch (operation.do) {
    case 'time passes':
      world.time.advance(operation.seconds);
      return world.propagation.deliver();
    case 'delay reads':
      world.storeOptions.staleReadsMs = operation.ms;
      return;
    case 'remove the tag':
    case 'restore the tag':
      return setTag(site, operation.do === 'restore the tag');
    case 'rotation off':
    case 'rotation on':
      world.store.write(world.arn, (secret) => {
        secret.rotationEnabled = operation.do === 'rotation on';
      });
      return;
    case "change the admin's password":
      return changeAdmin(site, `admin-${operation.n}-${world.time.now()}`);
    case 'reset by an administrator':
      // An administrator resets a password only if nothing else is about to change it.
      if (!isIdle || isPasted(world) || idOf(world, 'REPLACING') !== undefined) return;
      return reset(site, `reset-${operation.n}-${world.time.now()}`);
    default:
      if (!isRolledBack(world)) await editValue(site, operation);
  }
}

async function editValue(site: Site, edit: ValueEdit): Promise<void> {
  const { world } = site;
  switch (edit.do) {
    case 'roll back': {
      const to = findRollback(site)?.id;
      if (to === undefined) return;
      await abandon(world);
      return updateStage(world, world.arn, 'AWSCURRENT', { to, from: idOf(world, 'AWSCURRENT') });
    }
    case 'put the old value': {
      const password = valueIn(findRollback(site))?.password;
      if (password === undefined) return;
      return putManually(world, { ...valueNow(world), password });
    }
    case 'put another field':
      return putManually(world, { ...valueNow(world), note: world.time.now() });
    case "paste another user's value":
      return putManually(world, { ...valueNow(world), ...OTHER_USER });
    case 'undo the paste':
      return undoPaste(site);
    case 'put a new value': {
      if (isPasted(world)) return;
      const password = `manual-${edit.n}-${site.foreign.length}`;
      await setPasswords(site, (passwords) => [...passwords, password]);
      site.foreign.push(password);
      return putManually(world, { ...valueNow(world), password });
    }
  }
}

function setTag(site: Site, isSet: boolean): void {
  const { world } = site;
  // In self mode, the cluster itself verifies who the user is.
  if (findAdmins(site).length === 0) return;
  world.store.write(world.arn, ({ tags }) => {
    if (isSet) tags.set(USER_TAG, world.userTag ?? world.user.name);
    else tags.delete(USER_TAG);
  });
}

/** Makes a password the only one on every cluster, and puts it into the secret. */
export async function reset(site: Site, password: string): Promise<void> {
  await setPasswords(site, () => [password]);
  site.foreign.push(password);
  await putManually(site.world, { ...site.fields, password });
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
  await putManually(world, { ...fields, password });
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
  world.witness.collectPasswords();
  world.witness.secrets.add(password);
}
