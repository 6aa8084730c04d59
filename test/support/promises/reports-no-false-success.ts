import { isDeepStrictEqual } from 'node:util';
import { type Observation, valueIn } from '../observation.ts';
import { current, isChange, isCurrentValid, type Recording } from '../record.ts';
import { addedPasswords, isPasswordChange } from './password-changes.ts';

type Began = Extract<Observation, { what: 'began' }>;
type Ended = Extract<Observation, { what: 'ended' }>;

/**
 * 11. A replaceAll that reports success leaves none of the passwords that were valid before. After
 * an updateFields that reports success, AWSCURRENT has the fields.
 */
export function reportsNoFalseSuccess({ observations, username }: Recording): string[] {
  return observations.flatMap((ended) => {
    if (ended.what !== 'ended' || !ended.isDone) return [];
    const [id] = ended.invocations;
    const began = observations.find((one) => one.what === 'began' && one.invocations[0] === id);
    if (began?.what !== 'began') return [];
    if (began.step === 'updateFields') return checkFields(began, ended, observations);
    if (began.step !== 'replaceAll') return [];
    const during = observations.slice(observations.indexOf(began), observations.indexOf(ended));
    const isAlone = during
      .filter(isChange)
      .every(({ invocations }) => invocations.length === 1 && invocations[0] === id);
    if (isAlone && !isCurrentValid(ended.scene, username)) {
      return ['replaceAll reports success, and a cluster rejects AWSCURRENT'];
    }
    return clustersWithOldPasswords(began, ended, during).map(
      (cluster) => `replaceAll reports success, and cluster ${cluster} accepts an old password`,
    );
  });
}

function checkFields(began: Began, ended: Ended, observations: readonly Observation[]): string[] {
  // What an updateFields reads may be behind by so much.
  const from = began.elapsed - began.staleReadsMs;
  const window = observations.slice(0, observations.indexOf(ended));
  const changes = window.filter(isChange).filter(({ elapsed }) => elapsed >= from);
  const isAlone = changes.every(({ invocations }) => invocations[0] === began.invocations[0]);
  const scenes = [began.scene, ...changes.flatMap(({ before, after }) => [before, after])];
  const isDone = [ended.scene, ...(isAlone ? [] : scenes)].some((scene) => {
    const value = Object(valueIn(current(scene)));
    const fields = Object.entries(began.fields ?? {});
    return fields.every(([name, field]) => isDeepStrictEqual(value[name], field));
  });
  return isDone ? [] : ['updateFields reports success, and AWSCURRENT has other fields'];
}

function clustersWithOldPasswords(began: Began, ended: Ended, during: Observation[]): string[] {
  return Object.entries(ended.scene.validPasswords).flatMap(([cluster, list]) => {
    const { clusters = [cluster] } = valueIn(current(began.scene)) ?? {};
    const left = list.filter((one) => began.scene.validPasswords[cluster]?.includes(one));
    const isExcused = left.every((password) => isAddedBack(password, during));
    return clusters.includes(cluster) && !isExcused ? [cluster] : [];
  });
}

/** Returns whether a request of another invocation added a password back meanwhile. */
function isAddedBack(password: string, during: Observation[]): boolean {
  return during.some((one) => isPasswordChange(one) && addedPasswords(one).includes(password));
}
