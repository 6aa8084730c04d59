import { holder, type StoredSecret, type StoredVersion } from '../sandbox/aws/secret-store.ts';
import { type Observation, type Scene, valueIn } from './observation.ts';
import type { Witness } from './witness.ts';

/** What a promise is checked against: the servers' observations, and the configured overlap. */
export type Recording = Pick<Witness, 'observations' | 'username'> & { overlapMs: number };

export type Change = Extract<Observation, { what: 'secret' | 'passwords' }>;

export const isChange = (one: Observation): one is Change =>
  one.what === 'secret' || one.what === 'passwords';
export const isByFunction = ({ invocations }: Observation) => invocations.length > 0;

export const changesByFunction = ({ observations }: Recording) =>
  observations.filter(isChange).filter(isByFunction);

export const current = ({ secret }: Scene) => holder(secret, 'AWSCURRENT');
export const currentPassword = (scene: Scene) => valueIn(current(scene))?.password;
export const isLive = (version: StoredVersion | undefined) =>
  version?.stages.includes(`LIVE-${version.id}`) === true;
export const versionsOf = ({ versions }: StoredSecret) => [...versions.values()];

/** Returns the user's valid passwords on each cluster that AWSCURRENT applies to. */
export function passwordLists(scene: Scene): (readonly string[])[] {
  const { clusters } = valueIn(current(scene)) ?? {};
  return Object.entries(scene.validPasswords).flatMap(([name, list]) =>
    clusters === undefined || clusters.includes(name) ? [list] : [],
  );
}

/** Returns whether AWSCURRENT's password is valid everywhere; true if it names another user. */
export function isCurrentValid(scene: Scene, username: string): boolean {
  const password = currentPassword(scene);
  if (password === undefined || valueIn(current(scene))?.username !== username) return true;
  return [...passwordLists(scene), ...scene.databases].every((list) => list.includes(password));
}

function stepOf({ observations }: Recording, id: number | undefined): string {
  const began = observations.find((one) => one.what === 'began' && one.invocations[0] === id);
  return began?.what === 'began' ? began.step : '';
}

export const isByStep = (recording: Recording, change: Change, step: string) =>
  change.invocations.some((id) => stepOf(recording, id) === step);

const scenesIn = (one: Observation): Scene[] =>
  'before' in one ? [one.before] : 'scene' in one ? [one.scene] : [];

/*
 * Reads of Secrets Manager may be behind its writes. Promises 1, 2 and 5 are about writes that are
 * older than this delay. If somebody else writes within the delay before a change of the function,
 * the function may not have seen that write. The next two functions return what the function may
 * have seen instead.
 */

/** Returns the scenes that an invocation may have read before it made a change. */
export function readableScenes(change: Change, { observations }: Recording): Scene[] {
  const until = observations.slice(0, observations.indexOf(change));
  const began = until.find(
    (one) => one.what === 'began' && change.invocations.includes(one.invocations[0] ?? 0),
  );
  const since = until.slice(began === undefined ? until.length : until.indexOf(began));
  const staleReadsMs = Math.max(change.staleReadsMs, ...since.map((one) => one.staleReadsMs));
  const from = (began?.elapsed ?? change.elapsed) - staleReadsMs;
  const earlier = until.filter((one) => isChange(one) && one.elapsed > from);
  return [change.before, ...[...earlier, ...since].flatMap(scenesIn)];
}

/** Returns the scenes within the delay. A change breaks a promise if it breaks it in each scene. */
export function scenesWithinDelay(change: Change, { observations }: Recording): Scene[] {
  const from = change.elapsed - change.staleReadsMs;
  const recent = observations
    .slice(0, observations.indexOf(change))
    .filter((one): one is Change => isChange(one) && !isByFunction(one) && one.elapsed > from);
  return [change.before, ...recent.map(({ before }) => before)];
}
