import type { StoredSecret } from '../sandbox/aws/secret-store.ts';
import {
  byFunction,
  type Change,
  changes,
  current,
  currentPassword,
  isBy,
  isChange,
  isLive,
  lists,
  type Record,
  scenesBefore,
  versionsOf,
  works,
  youngScenes,
} from './record.ts';
import { type Scene, type Seen, valueIn } from './witness.ts';

/** 1. No step, crash or retry makes AWSCURRENT hold a password that a cluster rejects. */
function currentWorks(record: Record): string[] {
  const { username } = record;
  const broken = changes(record).flatMap((change) => {
    const { before, after } = change;
    // replaceAll exists to end what is in use; what it reports as done is promise 11.
    if (isPut(change) || isBy(record, change, 'replaceAll')) return [];
    const isMoved = current(before)?.id !== current(after)?.id;
    const wasWorking = youngScenes(change, record).every(
      (scene) => works(scene, username) && currentPassword(scene) === currentPassword(before),
    );
    const isBroken = !works(after, username) && (isMoved || wasWorking);
    return isBroken ? [`AWSCURRENT does not work after ${tell(change)}`] : [];
  });
  return broken;
}

/** A late PUT may land when all is over: the next run sets it right. */
const isPut = (change: Change) => change.what === 'passwords' && change.method === 'PUT';

/** 2. A password that was AWSCURRENT is valid for the overlap after it was replaced. */
function keepsOverlap(record: Record): string[] {
  const ended: { password: string | undefined; elapsed: number }[] = [];
  const tampered = new Set<string | undefined>();
  return record.seen.filter(isChange).flatMap((change) => {
    const { before, after, elapsed } = change;
    const isOver = currentPassword(before) !== currentPassword(after);
    // What others put and took away before the function had seen it, it cannot know of.
    const isSeen = byFunction(change) || isLive(current(before));
    if (isOver && isSeen && !isBy(record, change, 'replaceAll')) {
      ended.push({ password: currentPassword(before), elapsed });
    }
    // An expiry that somebody else has put on a version shortens its overlap.
    if (!byFunction(change)) for (const one of expiriesAdded(change)) tampered.add(one);
    if (!byFunction(change) || change.what !== 'passwords' || isPut(change)) return [];
    const youngSince = elapsed - change.behindMs;
    const early = removed(change).filter((password) =>
      ended.some(
        (one) =>
          one.password === password &&
          !tampered.has(password) &&
          one.elapsed <= youngSince &&
          elapsed < one.elapsed + record.overlapMs,
      ),
    );
    return early.map(() => `a password was not valid for its overlap: ${tell(change)}`);
  });
}

/** The passwords of versions that got an EXPIRES label in a change. */
function expiriesAdded({ before, after }: Change): (string | undefined)[] {
  const added = versionsOf(after.secret).filter(({ id, stages }) => {
    const had = before.secret.versions.get(id)?.stages ?? [];
    return stages.some((label) => label.startsWith('EXPIRES-') && !had.includes(label));
  });
  return added.map((version) => valueIn(version)?.password);
}

function removed({ before, after }: Change): string[] {
  return Object.entries(before.works).flatMap(([cluster, list]) =>
    list.filter((password) => !after.works[cluster]?.includes(password)),
  );
}

function added({ before, after }: Change): string[] {
  return Object.entries(after.works).flatMap(([cluster, list]) =>
    list.filter((password) => !before.works[cluster]?.includes(password)),
  );
}

/** 3. Every password that the function put on a cluster belongs to a version with LIVE. */
function leavesNoOrphan(record: Record): string[] {
  const ours = new Set<string>();
  return record.seen.filter(isChange).flatMap((change) => {
    if (!byFunction(change)) {
      // Whoever removes LIVE takes the password off the record.
      for (const password of liveRemoved(change)) ours.delete(password);
      return [];
    }
    if (change.what === 'passwords') for (const one of added(change)) ours.add(one);
    if (isPut(change)) return [];
    const live = versionsOf(change.after.secret).filter(isLive);
    const known = live.map((version) => valueIn(version)?.password);
    const orphans = Object.values(change.after.works)
      .flat()
      .filter((password) => ours.has(password) && !known.includes(password));
    return orphans.map(() => `a password belongs to no version with LIVE after ${tell(change)}`);
  });
}

function liveRemoved({ before, after }: Change): string[] {
  return versionsOf(before.secret).flatMap((version) => {
    const now = after.secret.versions.get(version.id);
    const isRemoved = isLive(version) && (now === undefined || !isLive(now));
    return isRemoved ? (valueIn(version)?.password ?? []) : [];
  });
}

/** 5. Nothing is deleted unless AWSCURRENT was verified before, nor what a version holds that stays. */
function provesBeforeDeleting(record: Record): string[] {
  const deletions = changes(record).filter(
    (change) => change.what === 'passwords' && change.method === 'DELETE',
  );
  return deletions.flatMap((change) => {
    const gone = removed(change);
    if (gone.length === 0) return [];
    const scenes = youngScenes(change, record);
    const isHeld = gone.some((password) =>
      scenes.every(({ secret }) => heldIn(secret, change.at, record.username).includes(password)),
    );
    const isProved = isProvedBefore(change, record);
    return [
      ...(isHeld ? [`a password was deleted that a version still holds: ${tell(change)}`] : []),
      ...(isProved ? [] : [`a password was deleted before AWSCURRENT was proved: ${tell(change)}`]),
    ];
  });
}

/** The passwords of versions that are in use or not due. */
function heldIn(secret: StoredSecret, at: number, username: string): (string | undefined)[] {
  const staying = versionsOf(secret).filter((version) => {
    const isInUse = version.stages.some((one) => /^AWS(CURRENT|PENDING)$/.test(one));
    const expiries = version.stages.map((label) => Number(/^EXPIRES-(\d+)-/.exec(label)?.[1] ?? 0));
    const expiry = Math.max(0, ...expiries);
    return isInUse || (isLive(version) && (expiry === 0 || expiry * 1_000 > at));
  });
  const values = staying.map(valueIn).filter((value) => value?.username === username);
  return values.map((value) => value?.password);
}

/** Whether an invocation that may have made a change had verified AWSCURRENT on every cluster. */
function isProvedBefore(change: Change, record: Record): boolean {
  const { seen, username } = record;
  const until = seen.slice(0, seen.indexOf(change));
  const began = until.findIndex(
    (one) => one.what === 'began' && change.by.includes(one.by[0] ?? 0),
  );
  const since = until.slice(began);
  const passwords = scenesBefore(change, record).map(currentPassword);
  const names = Object.keys(change.before.works);
  const { clusters = names, host, endpoints } = valueIn(current(change.before)) ?? {};
  // Where a database is named, the login that the DELETE itself comes with proves nothing.
  const hasDatabase = host !== undefined || endpoints !== undefined;
  return clusters.every((cluster) =>
    since.some(
      (one) =>
        one.what === 'login' &&
        one.isAccepted &&
        (one.via === 'database' || !hasDatabase) &&
        one.cluster === cluster &&
        one.user === username &&
        one.by.some((id) => change.by.includes(id)) &&
        passwords.includes(one.password),
    ),
  );
}

/** 6. Never another user's passwords. */
function touchesOnlyThisUser(record: Record): string[] {
  return changes(record).flatMap((change) =>
    change.what === 'passwords' && change.user !== record.username
      ? [`another user's passwords changed: ${change.user}`]
      : [],
  );
}

/** 10. Neither reconcile nor replaceAll brings in a password that the function did not draw. */
function bringsInOnlyItsOwn(record: Record): string[] {
  const drawn = new Set<string>();
  return changes(record).flatMap((change) => {
    if (change.what === 'secret') for (const one of valuesWritten(change)) drawn.add(one);
    if (change.what === 'secret' || isBy(record, change, 'setSecret')) return [];
    const foreign = added(change).filter((password) => !drawn.has(password));
    return foreign.map(() => `a password of somebody else was brought in by ${tell(change)}`);
  });
}

function valuesWritten({ before, after }: Change): string[] {
  return versionsOf(after.secret).flatMap((version) => {
    const isNew = before.secret.versions.get(version.id)?.value === undefined;
    return isNew ? (valueIn(version)?.password ?? []) : [];
  });
}

/** 11. A replaceAll that reports success has left none of the passwords that were valid before. */
function reportsNoFalseSuccess(record: Record): string[] {
  return record.seen.flatMap((ended) => {
    if (ended.what !== 'ended' || !ended.isDone) return [];
    const [id] = ended.by;
    const began = record.seen.find((one) => one.what === 'began' && one.by[0] === id);
    if (began?.what !== 'began' || began.step !== 'replaceAll') return [];
    const span = record.seen.slice(record.seen.indexOf(began), record.seen.indexOf(ended));
    const isAlone = span.filter(isChange).every(({ by }) => by.length === 1 && by[0] === id);
    if (isAlone && !works(ended.scene, record.username)) {
      return ['replaceAll reports success, and a cluster rejects AWSCURRENT'];
    }
    return Object.entries(ended.scene.works).flatMap(([cluster, list]) => {
      const { clusters = [cluster] } = valueIn(current(began.scene)) ?? {};
      const left = list.filter((password) => began.scene.works[cluster]?.includes(password));
      const isLate = left.every((password) => isAddedLate(record, password, [began, ended]));
      if (!clusters.includes(cluster) || isLate) return [];
      return [`replaceAll reports success, and cluster ${cluster} accepts a password of before`];
    });
  });
}

/** Whether a request of another invocation has brought a password back meanwhile. */
function isAddedLate({ seen }: Record, password: string, [from, to]: [Seen, Seen]): boolean {
  return seen
    .slice(seen.indexOf(from), seen.indexOf(to))
    .some((one) => isChange(one) && one.what === 'passwords' && added(one).includes(password));
}

/** 8. One rejected login to the API per user and invocation, and none if nothing is due. */
function locksNobodyOut({ seen }: Record): string[] {
  const refused = seen.filter((one) => one.what === 'login' && one.via === 'api' && !one.isRight);
  const began = seen.filter((one) => one.what === 'began');
  return began.flatMap((start) => {
    const mine = refused.filter(({ by }) => by.length === 1 && by[0] === start.by[0]);
    const users = mine.map((one) => (one.what === 'login' ? `${one.cluster} ${one.user}` : ''));
    const most = Math.max(0, ...users.map((user) => users.filter((one) => one === user).length));
    const isIdle = start.step === 'reconcile' && !isAnyDue(start, seen);
    if (most <= (isIdle ? 0 : 1)) return [];
    return [`${start.step} was refused ${most} logins to the API by ${users[0]}`];
  });
}

/** Whether anything was due when an invocation began, or came to be while it ran. */
function isAnyDue(start: Seen, seen: readonly Seen[]): boolean {
  const from = seen.indexOf(start);
  const length = seen
    .slice(from)
    .findIndex((one) => one.what === 'ended' && one.by[0] === start.by[0]);
  return seen.slice(from, length === -1 ? undefined : from + length).some((one) => {
    if ('scene' in one) return isAnythingDue(one.scene, one.at);
    return 'after' in one && isAnythingDue(one.after, one.at);
  });
}

function isAnythingDue({ secret }: Scene, at: number): boolean {
  return versionsOf(secret).some(({ stages }) =>
    stages.some((label) => {
      const [, seconds] = /^EXPIRES-(\d+)-/.exec(label) ?? [];
      return seconds !== undefined && Number(seconds) * 1_000 <= at;
    }),
  );
}

const ALWAYS = [
  currentWorks,
  keepsOverlap,
  leavesNoOrphan,
  provesBeforeDeleting,
  touchesOnlyThisUser,
  locksNobodyOut,
  bringsInOnlyItsOwn,
  reportsNoFalseSuccess,
];

/** What was broken of what always holds; empty where nothing was. */
export function brokenPromises(record: Record): string[] {
  return ALWAYS.flatMap((promise) => promise(record));
}

/** 4. Past the overlap one password of ours is left: AWSCURRENT's, and its LIVE alone. */
export function leftInTheEnd(scene: Scene, foreign: readonly string[] = []): string[] {
  const password = currentPassword(scene);
  const ours = lists(scene).map((list) =>
    list.filter((one) => one === password || !foreign.includes(one)),
  );
  const labels = versionsOf(scene.secret).flatMap(({ stages }) =>
    stages.filter((label) => /^(LIVE-|EXPIRES-|REPLACING$)/.test(label)),
  );
  const live = `LIVE-${current(scene)?.id}`;
  return [
    ...ours.flatMap((list) =>
      list.length === 1 && list[0] === password ? [] : [`${list.length} passwords are left`],
    ),
    ...(labels.join() === live ? [] : [`labels are left: ${labels.length}`]),
  ];
}

// A shorter one stands in any text.
const SECRET_MIN_CHARACTERS = 4;
const BASE64_MIN_CHARACTERS = 8;

/** 7. Where a password or token stands in a text, in any form. */
export function leaks(texts: readonly string[], secrets: Iterable<string>): string[] {
  const longEnough = [...secrets].filter(({ length }) => length >= SECRET_MIN_CHARACTERS);
  const forms = longEnough.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ...withinBase64(secret),
  ]);
  return texts.filter((text) => forms.some((form) => text.includes(form)));
}

/** How a secret looks within a longer text in base64, as a password after the name of a login. */
function withinBase64(secret: string): string[] {
  // Three bytes are four characters, so that what stands before it shifts it in three ways.
  const shifted = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const own = bytes.subarray(0, bytes.length - (bytes.length % 3));
    // A character that it shares with its neighbours is theirs, too.
    return own.toString('base64').slice(Math.ceil((before * 4) / 3));
  });
  return shifted.filter(({ length }) => length >= BASE64_MIN_CHARACTERS);
}

function tell(change: Change): string {
  if (change.what === 'passwords') return `a change of passwords on ${change.cluster}`;
  return 'a change of labels';
}
