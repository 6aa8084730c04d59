import { randomInt } from 'node:crypto';
import { type Account, isSelf } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError, toRotationError } from './errors.ts';
import { promotion, replacedChanges } from './ledger.ts';
import { logged } from './log.ts';
import { withLogin } from './login.ts';
import { isRefused, prove, requireProof } from './proof.ts';
import { replacePasswords } from './redis-enterprise/passwords.ts';
import { passwordOf } from './secret-value.ts';
import { changeLabel, describeSecret, STALE_READ_WAITS_MS } from './secrets-manager.ts';
import {
  CURRENT,
  findLabel,
  findVersion,
  has,
  isLive,
  PENDING,
  REPLACING,
  type Staging,
} from './staging.ts';
import { findValue, readAccounts, readValue, type VersionValue } from './versions.ts';

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
  for (const version of started.versions.filter((one) => has(one, PENDING))) {
    await changeLabel(edges.secret, { takeOff: PENDING, from: version.id });
  }
  const value = await readValue(edges, id);
  const accounts = await readAccounts(edges, value, started);
  const replaced: Account[] = [];
  const failures: RotationError[] = [];
  for (const account of accounts) {
    try {
      await replaceOn(account, value, edges, known);
      replaced.push(account);
    } catch (thrown) {
      failures.push(toRotationError(thrown));
    }
  }
  const [failure] = failures;
  if (failure !== undefined && replaced.length === 0) throw failure;
  requireProof('replacing', await prove(value, replaced, edges, { patient: true }));
  await promote(id, edges);
  await expireOthers(value, edges);
  if (failure !== undefined) throw failure;
  await changeLabel(edges.secret, { takeOff: REPLACING, from: id });
}

/** The labels, while the version has REPLACING; undefined once another run has finished. */
export async function stillReplacing(id: string, edges: Edges): Promise<Staging | undefined> {
  for (const wait of [...STALE_READ_WAITS_MS, undefined]) {
    const staging = await describeSecret(edges.secret);
    const version = findVersion(staging, id);
    if (version !== undefined && has(version, REPLACING)) return staging;
    if (wait !== undefined) await edges.sleep(wait);
  }
  return undefined;
}

async function replaceOn(
  account: Account,
  value: VersionValue,
  edges: Edges,
  known: VersionValue | undefined,
): Promise<void> {
  const staging = await stillReplacing(value.versionId, edges);
  if (staging === undefined) return;
  const asked = account.endpoints.length === 0 ? known : undefined;
  const who = isSelf(account) ? (asked ?? (await workingValue(account, staging, edges))) : value;
  const replacement = { username: value.username, password: passwordOf(value) };
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  await logged(edges, 'passwords replaced', fields, () =>
    withLogin(account, who, edges, (api, login) => replacePasswords(api, login, replacement)),
  );
}

/**
 * In self mode, a version whose password works on a cluster of which nobody knows whether it has
 * the new one yet. A database tells; the API is never asked more than once.
 */
async function workingValue(
  account: Account,
  staging: Staging,
  edges: Edges,
): Promise<VersionValue> {
  const isCandidate = (version: Staging['versions'][number]) =>
    isLive(version) || has(version, CURRENT);
  const candidates: VersionValue[] = [];
  for (const { id } of staging.versions.filter(isCandidate)) {
    const value = await findValue(edges, id);
    if (value?.password === undefined) continue;
    if (account.endpoints.length > 0 && !(await isRefused(value, account, edges))) return value;
    candidates.push(value);
  }
  // Another run chooses otherwise, so that one of them gets in, and no account is locked.
  const chosen = candidates[randomInt(Math.max(candidates.length, 1))];
  if (account.endpoints.length === 0 && chosen !== undefined) return chosen;
  const what = `cluster ${account.cluster.name} refused every password that is in the secret`;
  throw new RotationError('current_password_refused', what);
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
  const nowSeconds = edges.now() / 1_000;
  const since = madeAt === undefined ? nowSeconds : madeAt / 1_000;
  const { functionTimeoutSeconds } = edges.settings;
  for (const change of replacedChanges(staging, versionId, {
    soonest: since + functionTimeoutSeconds,
    latest: nowSeconds + functionTimeoutSeconds,
  })) {
    await changeLabel(edges.secret, change);
  }
}
