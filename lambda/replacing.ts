import type { Edges } from './edges.ts';
import { type RotationError, toRotationError } from './errors.ts';
import { stillReplacing } from './guard.ts';
import { promotion, replacedChanges } from './ledger.ts';
import { prove, requireProof } from './proof.ts';
import { replaceOn } from './replacement.ts';
import type { VersionValue } from './secret-value.ts';
import { changeLabel, describeSecret } from './secrets-manager.ts';
import { CURRENT, findLabel, has, PENDING, REPLACING, type Staging } from './staging.ts';
import { readAccounts, readValue } from './versions.ts';

// AWSCURRENT can only be moved under our hands by a rotation or an operator, and not for ever.
const PROMOTIONS_MAX = 5;

/**
 * Brings the version with REPLACING in, from wherever an earlier run was cut off: no rotation goes
 * on; its password is the only one on every cluster; it is AWSCURRENT; every other version expires;
 * REPLACING goes. Safe beside itself, since each stage asks first whether another run has finished.
 */
export async function finishReplacing(
  id: string,
  edges: Edges,
  /** The version whose login the clusters accepted just now, where nothing was replaced before. */
  known?: VersionValue,
): Promise<void> {
  const started = await stillReplacing(id, edges);
  if (started === undefined) return;
  await takeOffPending(started, edges);
  const value = await readValue(edges, id);
  const accounts = await readAccounts(edges, value, started);
  const failures: RotationError[] = [];
  const attempt = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (thrown) {
      failures.push(toRotationError(thrown));
      return undefined;
    }
  };
  // Each by itself: one that is down, or late, must not keep the others from their new password.
  const outcomes = await Promise.all(
    accounts.map((account) =>
      attempt(async () => {
        if ((await replaceOn(account, value, edges, known)) === 'over') return 'over';
        requireProof('replacing', await prove(value, [account], edges, { patient: true }));
        return 'proved';
      }),
    ),
  );
  if (outcomes.includes('over')) return;
  const [failure] = failures;
  if (failure !== undefined && !outcomes.includes('proved')) return giveUp(id, failures, edges);
  await promote(id, edges);
  await expireOthers(value, edges);
  if (failure !== undefined) throw failure;
  await changeLabel(edges.secret, { takeOff: REPLACING, from: id });
}

/** No rotation that is under way goes on. */
async function takeOffPending(staging: Staging, edges: Edges): Promise<void> {
  for (const version of staging.versions.filter((one) => has(one, PENDING))) {
    await changeLabel(edges.secret, { takeOff: PENDING, from: version.id });
  }
}

/** A password that every cluster's rules refuse is given up: another one may satisfy them. */
async function giveUp(id: string, failures: RotationError[], edges: Edges): Promise<never> {
  if (failures.every(({ code }) => code === 'cluster_password_refused')) {
    await changeLabel(edges.secret, { takeOff: REPLACING, from: id });
  }
  throw failures[0];
}

async function promote(id: string, edges: Edges): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const staging = await stillReplacing(id, edges);
    const current = staging && findLabel(staging, CURRENT);
    if (current === undefined || current.id === id) return;
    try {
      return await changeLabel(edges.secret, promotion(current, id));
    } catch (error) {
      const now = findLabel(await describeSecret(edges.secret), CURRENT);
      if (now?.id === current.id || attempt === PROMOTIONS_MAX) throw error;
    }
  }
}

async function expireOthers({ versionId, madeAt }: VersionValue, edges: Edges): Promise<void> {
  const staging = await stillReplacing(versionId, edges);
  if (staging === undefined) return;
  // A createSecret that was under way may have put AWSPENDING back.
  await takeOffPending(staging, edges);
  const nowSeconds = edges.now() / 1_000;
  const since = madeAt === undefined ? nowSeconds : madeAt / 1_000;
  const { functionTimeoutSeconds } = edges.settings;
  for (const change of replacedChanges(staging, versionId, {
    soonest: since + functionTimeoutSeconds,
    latest: nowSeconds + functionTimeoutSeconds,
  })) {
    // A secret that has all the labels it can have gets them later, from reconcile.
    await changeLabel(edges.secret, change).catch((error: unknown) => {
      edges.log('WARN', 'expiry left to reconcile', { code: toRotationError(error).code });
    });
  }
}
