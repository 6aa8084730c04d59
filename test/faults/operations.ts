import { holder, type StoredVersion } from '../sandbox/secret-store.ts';
import { updateStage } from '../sandbox/setup.ts';
import { idOf, passwordOf, putByHand, type Scenario } from '../scenario.ts';
import { valueIn } from '../witness.ts';
import { abandon } from './flows.ts';

/** What people and machines do beside the function. */
export type Operation =
  | { do: 'time passes'; seconds: number }
  | { do: 'reads are late'; ms: number }
  | { do: 'roll back' | 'put the old value' | 'put another field' }
  | { do: 'put a new value' | 'reset by an administrator'; n: number };

// Secrets Manager and Redis share no transaction: nobody rolls back in the last minute.
const LAST_MINUTE_SECONDS = 60;

/** Does it, where somebody in their right mind would. */
export async function operate(
  world: Scenario,
  operation: Operation,
  { isIdle, foreign }: { isIdle: boolean; foreign: string[] },
): Promise<void> {
  const { arn, user, cluster, time, storeOptions } = world;
  if (isByHand(operation) && isRolledBack(world)) return;
  switch (operation.do) {
    case 'time passes':
      time.advance(operation.seconds);
      return world.propagation.deliver();
    case 'reads are late':
      storeOptions.staleReadsMs = operation.ms;
      return;
    case 'roll back': {
      const to = rollback(world)?.id;
      if (to === undefined) return;
      await abandon(world);
      return updateStage(world, arn, 'AWSCURRENT', { to, from: idOf(world, 'AWSCURRENT') });
    }
    case 'put the old value': {
      const password = valueIn(rollback(world))?.password;
      if (password === undefined) return;
      return putByHand(world, { ...valueNow(world), password });
    }
    case 'put another field':
      return putByHand(world, { ...valueNow(world), note: time.now() });
    case 'put a new value': {
      const password = `by-hand-${operation.n}-${foreign.length}`;
      foreign.push(password);
      user.passwords = [...user.passwords, password];
      await cluster.onPasswords(user);
      return putByHand(world, { ...valueNow(world), password });
    }
    case 'reset by an administrator': {
      // Whoever resets a password looks first whether somebody else is about to change it.
      if (!isIdle || idOf(world, 'REPLACING') !== undefined) return;
      const password = `reset-${operation.n}-${time.now()}`;
      foreign.push(password);
      user.passwords = [password];
      await cluster.onPasswords(user);
      return putByHand(world, { ...valueNow(world), password });
    }
  }
}

/** Whether it makes another version AWSCURRENT, which leaves the passwords as they are. */
function isByHand({ do: what }: Operation): boolean {
  return what === 'roll back' || what.startsWith('put');
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
function valueNow({ store, arn }: Scenario) {
  return valueIn(holder(store.latest(arn), 'AWSCURRENT'));
}

/** The version before, where its password works and goes on working for a while. */
function rollback(world: Scenario): StoredVersion | undefined {
  const { store, arn, user, time } = world;
  const versions = [...store.latest(arn).versions.values()];
  const isReplacing = versions.some(({ stages }) => stages.includes('REPLACING'));
  const version = versions.find(({ stages }) => stages.includes('AWSPREVIOUS'));
  const password = valueIn(version)?.password;
  if (isReplacing || password === undefined || password === passwordOf(world, 'AWSCURRENT')) return;
  if (!user.passwords.includes(password)) return;
  const same = versions.filter((one) => valueIn(one)?.password === password);
  const expiries = same.flatMap(({ stages }) =>
    stages.map((label) => Number(/^EXPIRES-(\d+)-/.exec(label)?.[1] ?? Number.POSITIVE_INFINITY)),
  );
  const isSoon = Math.min(...expiries) - time.now() / 1_000 < LAST_MINUTE_SECONDS;
  return isSoon ? undefined : version;
}
