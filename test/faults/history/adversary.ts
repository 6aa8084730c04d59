import { randomUUID } from 'node:crypto';
import { updateStage } from '../../sandbox/setup.ts';
import { FIRST_PASSWORD, idOf, putManually, type Scenario } from '../../support/scenario.ts';
import { hasRoom, OTHER_USER, valueNow } from './site.ts';

/** A password that the adversary knows and tries to make valid. */
const CHOSEN_PASSWORD = 'chosen-by-an-adversary';

/** Labels that the adversary forges. `EXPIRED` is an EXPIRES label in the past. */
export const FORGED = ['AWSCURRENT', 'AWSPENDING', 'LIVE', 'EXPIRED', 'REPLACING'] as const;

/** What an adversary does who may write values and labels, but may not invoke the function. */
export type Forgery =
  | {
      do: 'forge a version';
      whose: 'the user' | 'another user' | 'another database';
      password: 'chosen' | 'old' | 'rubbish';
      labels: (typeof FORGED)[number][];
    }
  | { do: 'forge a label'; label: (typeof FORGED)[number]; version: number; isRemoved: boolean };

const PASSWORDS = { chosen: CHOSEN_PASSWORD, old: FIRST_PASSWORD, rubbish: 'rubbish-password' };

export async function forge(world: Scenario, forgery: Forgery): Promise<void> {
  if (!hasRoom(world)) return;
  // AWS rejects invalid changes.
  await attempt(world, forgery).catch(() => undefined);
}

/** Returns the fields that name another user, or another database with the same user. */
function targetOf(
  { user, cluster }: Scenario,
  whose: 'the user' | 'another user' | 'another database',
) {
  if (whose === 'the user') return { username: user.name };
  const [, other] = cluster.databases;
  if (whose === 'another user' || other === undefined) return { username: OTHER_USER.username };
  return { username: user.name, port: other.endpoints[0]?.port };
}

async function attempt(world: Scenario, forgery: Forgery): Promise<void> {
  const { arn, store, time } = world;
  const nameOf = (label: (typeof FORGED)[number], id: string) => {
    if (label === 'LIVE') return `LIVE-${id}`;
    return label === 'EXPIRED' ? `EXPIRES-${Math.floor(time.now() / 1_000) - 1}-${id}` : label;
  };
  if (forgery.do === 'forge a version') {
    const id = randomUUID();
    const password = PASSWORDS[forgery.password];
    return putManually(
      world,
      { ...valueNow(world), ...targetOf(world, forgery.whose), password },
      {
        ClientRequestToken: id,
        VersionStages: forgery.labels.map((label) => nameOf(label, id)),
      },
    );
  }
  const versions = [...store.latest(arn).versions.values()].filter(
    ({ value }) => value !== undefined,
  );
  const version = versions[forgery.version % Math.max(versions.length, 1)];
  if (version === undefined) return;
  const label = nameOf(forgery.label, version.id);
  if (!forgery.isRemoved) {
    return updateStage(world, arn, label, { to: version.id, from: idOf(world, label) });
  }
  const isForged = (one: string) =>
    forgery.label === 'EXPIRED' ? one.startsWith('EXPIRES-') : one === label;
  const found = version.stages.find(isForged);
  if (found !== undefined) await updateStage(world, arn, found, { from: version.id });
}
