import { holder, type StoredSecret, type StoredVersion } from './sandbox/secret-store.ts';
import { type Scene, type Seen, valueIn, type Witness } from './witness.ts';

/** What a promise is checked against: all that the servers saw, and what the function was told. */
export type Record = Pick<Witness, 'seen' | 'username'> & { overlapMs: number };

type Change = Extract<Seen, { what: 'secret' | 'passwords' }>;

const isChange = (one: Seen): one is Change => one.what === 'secret' || one.what === 'passwords';
const byFunction = ({ by }: Seen) => by.length > 0;

/** The changes that the function made. */
const changes = ({ seen }: Record) => seen.filter(isChange).filter(byFunction);

const current = ({ secret }: Scene) => holder(secret, 'AWSCURRENT');
const currentPassword = (scene: Scene) => valueIn(current(scene))?.password;
const isReplacing = ({ secret }: Scene) => holder(secret, 'REPLACING') !== undefined;
const isLive = ({ id, stages }: StoredVersion) => stages.includes(`LIVE-${id}`);
const versionsOf = ({ versions }: StoredSecret) => [...versions.values()];

/** The lists of the user's passwords on the clusters that AWSCURRENT speaks of. */
function lists(scene: Scene): (readonly string[])[] {
  const { clusters } = valueIn(current(scene)) ?? {};
  return Object.entries(scene.works).flatMap(([name, list]) =>
    clusters === undefined || clusters.includes(name) ? [list] : [],
  );
}

function works(scene: Scene): boolean {
  const password = currentPassword(scene);
  return password === undefined || lists(scene).every((list) => list.includes(password));
}

/** 1. No step, crash or retry makes AWSCURRENT hold a password that a cluster refuses. */
function currentWorks(record: Record): string[] {
  const broken = changes(record).flatMap((change) => {
    const { before, after } = change;
    if (isReplacing(before) || isReplacing(after) || isPut(change)) return [];
    const isMoved = current(before)?.id !== current(after)?.id;
    const isBroken = !works(after) && (isMoved || works(before));
    return isBroken ? [`AWSCURRENT does not work after ${tell(change)}`] : [];
  });
  return [...broken, ...record.seen.flatMap((one) => leftBroken(one, record))];
}

/** Whether an invocation that replaced all passwords has ended without one that works. */
function leftBroken(ended: Seen, record: Record): string[] {
  if (ended.what !== 'ended' || isReplacing(ended.scene) || works(ended.scene)) return [];
  const puts = changes(record).filter((one) => isPut(one) && one.by.join() === ended.by.join());
  return puts.length === 0 ? [] : ['AWSCURRENT does not work after an invocation that replaced it'];
}

/** A late PUT may come when all is over: whoever sent it sets it right before it ends. */
const isPut = (change: Change) => change.what === 'passwords' && change.method === 'PUT';

/** 2. A password that was AWSCURRENT works for the overlap after it was replaced. */
function keepsOverlap(record: Record): string[] {
  const ended: { password: string | undefined; elapsed: number }[] = [];
  return record.seen.filter(isChange).flatMap((change) => {
    const { before, after, elapsed } = change;
    const isOver = currentPassword(before) !== currentPassword(after);
    if (isOver && !isReplacing(before)) ended.push({ password: currentPassword(before), elapsed });
    if (!byFunction(change) || change.what !== 'passwords' || isPut(change)) return [];
    const early = removed(change).filter((password) =>
      ended.some((one) => one.password === password && elapsed < one.elapsed + record.overlapMs),
    );
    return early.map(() => `a password did not live for its overlap: ${tell(change)}`);
  });
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
  return changes(record).flatMap((change) => {
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

/** 5. Nothing is deleted unless AWSCURRENT was proved before, nor what a version holds that stays. */
function provesBeforeDeleting(record: Record): string[] {
  const deletions = changes(record).filter(
    (change) => change.what === 'passwords' && change.method === 'DELETE',
  );
  return deletions.flatMap((change) => {
    const gone = removed(change);
    if (gone.length === 0) return [];
    const held = heldIn(change.before.secret, change.at, record.username);
    const isHeld = gone.some((password) => held.includes(password));
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
    const isInUse = version.stages.some((one) => /^AWS(CURRENT|PENDING)$|^REPLACING$/.test(one));
    const expiries = version.stages.map((label) => Number(/^EXPIRES-(\d+)-/.exec(label)?.[1] ?? 0));
    const expiry = Math.max(0, ...expiries);
    return isInUse || (isLive(version) && (expiry === 0 || expiry * 1_000 > at));
  });
  const values = staying.map(valueIn).filter((value) => value?.username === username);
  return values.map((value) => value?.password);
}

/** Whether an invocation that may have made a change had proved AWSCURRENT on every cluster. */
function isProvedBefore(change: Change, { seen, username }: Record): boolean {
  const until = seen.slice(0, seen.indexOf(change));
  const began = until.findIndex(
    (one) => one.what === 'began' && change.by.includes(one.by[0] ?? 0),
  );
  const since = until.slice(began);
  const scenes = [change.before, ...since.flatMap((one) => ('before' in one ? [one.before] : []))];
  const passwords = scenes.map(currentPassword);
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

/** 8. One refused login to the API per user and invocation, and none where nothing is due. */
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
      return label === 'REPLACING' || (seconds !== undefined && Number(seconds) * 1_000 <= at);
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
