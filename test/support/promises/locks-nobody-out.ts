import type { Observation, Scene } from '../observation.ts';
import { type Recording, versionsOf } from '../record.ts';

/** 8. One rejected login to the API per user and invocation, and none if nothing has expired. */
export function locksNobodyOut({ observations }: Recording): string[] {
  const rejected = observations
    .filter((one) => one.what === 'login')
    .filter(({ via, isRight }) => via === 'api' && !isRight);
  const began = observations.filter((one) => one.what === 'began');
  return began.flatMap((start) => {
    const [id] = start.invocations;
    const mine = rejected.filter(
      ({ invocations }) => invocations.length === 1 && invocations[0] === id,
    );
    const users = mine.map(({ cluster, user }) => `${cluster} ${user}`);
    const most = Math.max(0, ...users.map((user) => users.filter((one) => one === user).length));
    const isIdle = start.step === 'reconcile' && !hasExpiredDuring(start, observations);
    if (most <= (isIdle ? 0 : 1)) return [];
    return [`${start.step} had ${most} rejected logins to the API, as ${users[0]}`];
  });
}

/** Returns whether a password had expired when an invocation began, or expired while it ran. */
function hasExpiredDuring(start: Observation, observations: readonly Observation[]): boolean {
  const from = observations.indexOf(start);
  const length = observations
    .slice(from)
    .findIndex((one) => one.what === 'ended' && one.invocations[0] === start.invocations[0]);
  const during = observations.slice(from, length === -1 ? undefined : from + length);
  return during.some((one) => {
    if ('scene' in one) return hasExpired(one.scene, one.at);
    return 'after' in one && hasExpired(one.after, one.at);
  });
}

function hasExpired({ secret }: Scene, at: number): boolean {
  return versionsOf(secret).some(({ stages }) =>
    stages.some((label) => {
      const [, seconds] = /^EXPIRES-(\d+)-/.exec(label) ?? [];
      return seconds !== undefined && Number(seconds) * 1_000 <= at;
    }),
  );
}
