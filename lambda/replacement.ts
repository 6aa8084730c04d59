import { randomInt } from 'node:crypto';
import { type Account, isSelf } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError, toRotationError } from './errors.ts';
import { stillReplacing } from './guard.ts';
import { logged } from './log.ts';
import { isRefused } from './proof.ts';
import { readKey } from './redis-enterprise/api.ts';
import { withChange } from './redis-enterprise/generations.ts';
import { hasOld, NODES } from './redis-enterprise/nodes.ts';
import { replacePasswords } from './redis-enterprise/passwords.ts';
import { RETRY_WAITS_MS } from './redis-enterprise/request.ts';
import { forgetRefusal, wasRefused } from './refusals.ts';
import { passwordOf, type VersionValue } from './secret-value.ts';
import { describeSecret } from './secrets-manager.ts';
import {
  CURRENT,
  findLabel,
  has,
  isLive,
  PREVIOUS,
  REPLACING,
  type Staging,
  type Version,
} from './staging.ts';
import { findValue, readValue } from './versions.ts';

/**
 * Makes the password of the version with REPLACING the only one on one cluster; `over`: another run
 * has finished meanwhile. `known` is the version whose login the clusters accepted just now.
 */
export async function replaceOn(
  account: Account,
  value: VersionValue,
  edges: Edges,
  known: VersionValue | undefined,
): Promise<'replaced' | 'over'> {
  const staging = await stillReplacing(value.versionId, edges);
  if (staging === undefined) return 'over';
  await putWithWhatWorks(account, value, { staging, known }, edges);
  // A request that was repeated may have come late: after another run has finished, and after
  // AWSCURRENT has moved on. Then it has just ended the password that applications read.
  if ((await stillReplacing(value.versionId, edges)) !== undefined) return 'replaced';
  const current = findLabel(await describeSecret(edges.secret), CURRENT);
  if (current !== undefined && current.id !== value.versionId) {
    await putOnly(account, await readValue(edges, current.id), value, edges);
  }
  return 'over';
}

/**
 * A request whose reply was lost may have ended what it was sent with: its own login in self mode,
 * the known password on generation A. A database tells which password works before it is sent
 * again, and without one it is left to the next run.
 */
async function putWithWhatWorks(
  account: Account,
  value: VersionValue,
  { staging, known }: { staging: Staging; known: VersionValue | undefined },
  edges: Edges,
): Promise<void> {
  const hasDatabase = account.endpoints.length > 0;
  for (const wait of [...RETRY_WAITS_MS, undefined]) {
    const asked = hasDatabase ? undefined : known;
    const who = asked ?? (await workingValue(account, staging, edges)) ?? value;
    try {
      return await putOnly(account, value, who, edges);
    } catch (error) {
      const isLost = toRotationError(error).code === 'cluster_unreachable';
      const isAgain = hasDatabase && isLost && isSentOnce(account, edges);
      if (!isAgain || wait === undefined || edges.timeLeft() <= wait) throw error;
      await edges.sleep(wait);
    }
  }
}

/** Whether a cluster may need another login, or another known password, for a second request. */
function isSentOnce(account: Account, edges: Edges): boolean {
  const { reply } = edges.reads.get(readKey(account, NODES)) ?? {};
  return isSelf(account) || reply === undefined || hasOld(reply);
}

/** Makes a version's password the user's only one on a cluster, with the login of another. */
async function putOnly(
  account: Account,
  value: VersionValue,
  who: VersionValue,
  edges: Edges,
): Promise<void> {
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  await logged(edges, 'passwords replaced', fields, () =>
    withChange(account, who, edges, (api, login, username) => {
      const isOnce = isSentOnce(account, edges);
      const replacement = { username, password: passwordOf(value), isOnce };
      return replacePasswords(api, login, replacement);
    }),
  );
  forgetRefusal(fields, edges);
}

/**
 * A version whose password works on a cluster of which nobody knows whether it has the new one yet:
 * the login in self mode, and what the oldest generation of the API asks for besides. A database
 * tells. The API is asked for one of two, the new one and the one that it replaces, and never twice
 * in an invocation. Undefined: none works, and an admin needs none.
 */
async function workingValue(
  account: Account,
  staging: Staging,
  edges: Edges,
): Promise<VersionValue | undefined> {
  const { name } = account.cluster;
  const hasDatabase = account.endpoints.length > 0;
  const current = staging.versions.filter((one) => has(one, CURRENT) && !has(one, REPLACING));
  const replaced = current.length > 0 ? CURRENT : PREVIOUS;
  const isCandidate = (version: Version) =>
    has(version, REPLACING) || (hasDatabase ? isLive(version) : has(version, replaced));
  const candidates: VersionValue[] = [];
  for (const { id } of staging.versions.filter(isCandidate)) {
    const value = await findValue(edges, id);
    if (value?.password === undefined) continue;
    if (hasDatabase && !(await isRefused(value, account, edges))) return value;
    candidates.push(value);
  }
  const untried = candidates.filter(
    ({ versionId }) => !wasRefused({ cluster: name, versionId }, edges),
  );
  const among = untried.length > 0 ? untried : candidates;
  // Another run chooses otherwise, so that one of them gets in, and no account is locked.
  const chosen = hasDatabase ? undefined : among[randomInt(Math.max(among.length, 1))];
  if (chosen !== undefined || !isSelf(account)) return chosen;
  const what = `cluster ${name} refused every password that is in the secret`;
  throw new RotationError('current_password_refused', what);
}
