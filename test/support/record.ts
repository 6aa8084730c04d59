import { holder, type StoredSecret, type StoredVersion } from '../sandbox/aws/secret-store.ts';
import { type Scene, type Seen, valueIn, type Witness } from './witness.ts';

/** What a promise is checked against: all that the servers saw, and what the function was told. */
export type Record = Pick<Witness, 'seen' | 'username'> & { overlapMs: number };

export type Change = Extract<Seen, { what: 'secret' | 'passwords' }>;

export const isChange = (one: Seen): one is Change =>
  one.what === 'secret' || one.what === 'passwords';
export const byFunction = ({ by }: Seen) => by.length > 0;

/** The changes that the function made. */
export const changes = ({ seen }: Record) => seen.filter(isChange).filter(byFunction);

export const current = ({ secret }: Scene) => holder(secret, 'AWSCURRENT');
export const currentPassword = (scene: Scene) => valueIn(current(scene))?.password;
export const isLive = (version: StoredVersion | undefined) =>
  version?.stages.includes(`LIVE-${version.id}`) === true;
export const versionsOf = ({ versions }: StoredSecret) => [...versions.values()];

/** The lists of the user's passwords on the clusters that AWSCURRENT speaks of. */
export function lists(scene: Scene): (readonly string[])[] {
  const { clusters } = valueIn(current(scene)) ?? {};
  return Object.entries(scene.works).flatMap(([name, list]) =>
    clusters === undefined || clusters.includes(name) ? [list] : [],
  );
}

/** Whether AWSCURRENT is valid everywhere; a value of another user is nobody's to keep valid. */
export function works(scene: Scene, username: string): boolean {
  const password = currentPassword(scene);
  if (password === undefined || valueIn(current(scene))?.username !== username) return true;
  return [...lists(scene), ...scene.databases].every((list) => list.includes(password));
}

/** The operation of an invocation. */
function stepOf(record: Record, id: number | undefined): string {
  const began = record.seen.find((one) => one.what === 'began' && one.by[0] === id);
  return began?.what === 'began' ? began.step : '';
}

export const isBy = (record: Record, change: Change, step: string) =>
  change.by.some((id) => stepOf(record, id) === step);

const sceneOf = (one: Seen): Scene[] =>
  'before' in one ? [one.before] : 'scene' in one ? [one.scene] : [];

/*
 * Reads of Secrets Manager may be behind its writes. Promises 1, 2 and 5 are about writes that are
 * older than this delay: what somebody else wrote within the delay before a change of the function,
 * the function may not have seen. The two functions below say what it may have seen instead.
 */

/** The scenes that an invocation may have read before it made a change. */
export function scenesBefore(change: Change, { seen }: Record): Scene[] {
  const until = seen.slice(0, seen.indexOf(change));
  const began = until.find((one) => one.what === 'began' && change.by.includes(one.by[0] ?? 0));
  const since = until.slice(began === undefined ? until.length : until.indexOf(began));
  const behindMs = Math.max(change.behindMs, ...since.map((one) => one.behindMs));
  const from = (began?.elapsed ?? change.elapsed) - behindMs;
  const earlier = until.filter((one) => isChange(one) && one.elapsed > from);
  return [change.before, ...[...earlier, ...since].flatMap(sceneOf)];
}

/** The scenes within the delay before a change: a promise is broken if it is broken in each. */
export function youngScenes(change: Change, { seen }: Record): Scene[] {
  const from = change.elapsed - change.behindMs;
  const young = seen
    .slice(0, seen.indexOf(change))
    .filter((one): one is Change => isChange(one) && !byFunction(one) && one.elapsed > from);
  return [change.before, ...young.map(({ before }) => before)];
}
