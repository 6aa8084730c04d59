import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import { isLive, type SecretState } from '../../secret/labels.ts';
import { isSameUser } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';
import { findValidValue } from '../../secret/versions.ts';
import { omittedClusters } from '../omitted-clusters.ts';
import type { Failure } from './cluster-failures.ts';

/** Returns the clusters that AWSCURRENT leaves out, where the password of a version may be. */
export async function findOmitted(
  current: VersionValue,
  { versions }: SecretState,
  context: Context,
): Promise<Failure[]> {
  const found = new Map<string, Failure>();
  for (const { id } of versions.filter(isLive)) {
    for (const failure of await omittedBy(id, current, context))
      found.set(failure.cluster, failure);
  }
  return [...found.values()];
}

async function omittedBy(id: string, current: VersionValue, context: Context): Promise<Failure[]> {
  const failuresOf = async (value: Pick<VersionValue, 'clusters'>, error: RotationError) =>
    (await omittedClusters(value, current, context)).map((cluster) => ({ cluster, error }));
  try {
    const value = await findValidValue(context, id);
    if (value?.password === undefined || !isSameUser(value, current)) return [];
    const hint = "add it to clusters in the secret's value";
    const what = 'AWSCURRENT leaves it out';
    return failuresOf(value, new RotationError('password_not_deleted', what, { hint }));
  } catch (thrown) {
    // It may be a version of every cluster.
    return failuresOf({ clusters: undefined }, toRotationError(thrown));
  }
}
