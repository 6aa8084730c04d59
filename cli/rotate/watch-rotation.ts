import { setTimeout } from 'node:timers/promises';
import type { SecretDescription } from '../../lambda/secret/description.ts';
import { CURRENT, findVersion, hasLabel, isLive, PENDING } from '../../lambda/secret/labels.ts';
import { STALE_READS_SECONDS } from '../../lambda/secret/ledger.ts';
import type { Clients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
import { type FoundSecret, findSecret } from '../aws/find-secret.ts';
import type { Session } from '../session.ts';
import { plainText } from '../terminal.ts';

/** How far a rotation is, as far as the labels show. */
type Stage = 'staged' | 'written' | 'current' | 'succeeded' | 'abandoned';

/** How the watching ended: the rotation, or the time. */
export type End = 'succeeded' | 'abandoned' | 'unfinished';

type Watch = {
  session: Session;
  clients: Clients;
  timeoutMs: number;
  /** Called at each poll with the elapsed milliseconds. */
  onWait: (elapsed: number) => Promise<void>;
};

const POLL_MS = 1_000;
// A version that was seen nowhere yet may still appear.
const STALE_READS_MS = STALE_READS_SECONDS * 1_000;
// AWSPENDING may stay on AWSCURRENT. Then the date of the rotation, or time, shows the end.
const SETTLE_MS = 15_000;

const LINES: Record<Stage, string> = {
  staged: 'AWSPENDING is set: createSecret writes the new password next',
  written: 'LIVE is set: setSecret adds the password to every cluster, testSecret verifies it',
  current: 'AWSCURRENT has moved: applications read the new password, finishSecret ends',
  succeeded: '',
  abandoned: '',
};

/** Watches the labels of a rotation, and prints each stage once. */
export async function watchRotation(
  before: FoundSecret,
  token: string,
  { session, clients, timeoutMs, onWait }: Watch,
): Promise<End> {
  const started = performance.now();
  const shown = new Set<Stage>();
  let currentSince: number | undefined;
  while (performance.now() - started < timeoutMs) {
    const elapsed = performance.now() - started;
    const stage = await readStage(session, clients, token, before);
    if (stage === 'current') currentSince ??= elapsed;
    if (stage === 'succeeded') return stage;
    if (currentSince !== undefined && elapsed - currentSince > SETTLE_MS) return 'succeeded';
    if (stage === 'abandoned' && (shown.size > 0 || elapsed > STALE_READS_MS)) return stage;
    if (stage !== undefined && !shown.has(stage) && LINES[stage] !== '') {
      session.progress.line(LINES[stage]);
      shown.add(stage);
    }
    await onWait(elapsed);
    session.progress.status(`${Math.round(elapsed / 1_000)} s`);
    await setTimeout(POLL_MS, undefined, { signal: session.signal });
  }
  return 'unfinished';
}

/** Returns undefined if the secret cannot be read for the moment. */
async function readStage(
  session: Session,
  clients: Clients,
  token: string,
  before: FoundSecret,
): Promise<Stage | undefined> {
  try {
    const secret = await findSecret(before.arn, clients);
    return stageOf(secret, token, before);
  } catch (error) {
    session.signal.throwIfAborted();
    const text = `the labels cannot be read: ${explain(error).message}`;
    session.progress.line(plainText(text));
    return undefined;
  }
}

function stageOf(
  secret: SecretDescription,
  token: string,
  { rotatedAt }: Pick<SecretDescription, 'rotatedAt'>,
): Stage {
  const version = findVersion(secret, token);
  if (version === undefined) return 'abandoned';
  const isPending = hasLabel(version, PENDING);
  if (hasLabel(version, CURRENT)) {
    return !isPending || secret.rotatedAt !== rotatedAt ? 'succeeded' : 'current';
  }
  if (!isPending) return 'abandoned';
  return isLive(version) ? 'written' : 'staged';
}
