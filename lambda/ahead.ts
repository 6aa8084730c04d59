import type { Edges } from './edges.ts';
import type { RotationEvent } from './event.ts';
import { readNamed } from './named-secret.ts';
import { readCurrent, readVersion } from './secrets-manager.ts';
import { keepValue } from './versions.ts';

/**
 * Reads beside the labels, and not after them, what a step needs if the guard lets it pass. What
 * fails here, or is another version than the labels say, the step reads by itself and reports.
 */
export async function readAhead(event: RotationEvent, edges: Edges): Promise<void> {
  const { Step: step, ClientRequestToken: token } = event;
  const readPending = async () => {
    const pending = await readVersion(edges.secret, token, []);
    if (pending !== undefined) keepValue(edges, token, pending);
  };
  const readBefore = async () => {
    const { versionId, ...current } = await readCurrent(edges.secret);
    keepValue(edges, versionId, current);
  };
  const clusters = edges.clusters();
  // With the login that a new password is added with, which the guard has no part in.
  const readAdmins = async () => {
    const all = [...(await clusters).clusters.values()];
    const arns = new Set(all.flatMap((parameters) => parameters.get('admin-secret-arn') ?? []));
    await Promise.all([...arns].map((arn) => readNamed(arn, edges)));
  };
  await Promise.allSettled([
    clusters,
    ...(step === 'createSecret' ? [readBefore()] : [readPending()]),
    ...(step === 'setSecret' ? [readBefore(), readAdmins()] : []),
  ]);
}
