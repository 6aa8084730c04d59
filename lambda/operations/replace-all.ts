import { randomUUID } from 'node:crypto';
import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import type { ReplaceEvent } from '../event.ts';
import { waitForLabels, waitForVersion } from '../guard.ts';
import { currentChanges, expiryChanges, promotion } from '../ledger.ts';
import { withNewPassword } from '../random-password.ts';
import { readPolicies } from '../redis-enterprise/policy.ts';
import {
  findLogins,
  type Replacement,
  replaceOn,
  requireVerified,
  verifyNew,
} from '../replacement.ts';
import type { VersionValue } from '../secret-value.ts';
import { changeLabel, describeSecret, putVersion } from '../secrets-manager.ts';
import { CURRENT, findLabel, has, PENDING, REPLACING, type Staging } from '../staging.ts';
import { attemptEach, changesOfCurrent } from '../upkeep.ts';
import { readAccounts, readValue, requireCurrent } from '../versions.ts';

/**
 * Waits before AWSCURRENT is moved again, 35 s in all: somebody else has moved it, and a read may
 * show that late. A rotation or an operator moves it once or twice, not for ever.
 */
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

// An invocation that has read labels that were behind may POST so much later.
const STALE_READS_MARGIN_SECONDS = 30;

/**
 * Before: anything; credentials may have leaked.
 * Does: makes a new password the user's only one on every cluster, and AWSCURRENT.
 * Safe to repeat because each run draws its own password, and nothing is resumed from labels:
 * REPLACING stays until a run has verified its effect on every cluster.
 */
export async function replaceAll({ Confirm }: ReplaceEvent, edges: Edges): Promise<void> {
  const read = await describeSecret(edges.secret);
  const before = await readValue(edges, requireCurrent(read).id);
  if (before.username !== Confirm) {
    const what = "Confirm is another name, allowed is the username in the secret's value";
    throw new RotationError('event_invalid', what);
  }
  const accounts = await readAccounts(edges, before, read);
  const replacements = await findLogins(before, accounts, read, edges);
  // A cluster that is down keeps the password that is replaced: the ledger must have it.
  for (const change of await changesOfCurrent(read, edges)) await changeLabel(edges.secret, change);
  const id = await writeVersion(before, replacements, edges);
  const shown = await waitForVersion(edges, id);
  const value = await readValue(edges, id);
  await removePending(shown, id, edges);
  const replaced = await replaceOn(replacements, value, edges);
  await moveCurrent(shown, value, replaced, edges);
  await expireOthers(id, edges);
  await requireVerified(replaced, value, before, edges);
  await changeLabel(edges.secret, { takeOff: REPLACING, from: id });
}

/** Writes a version with a password of its own, LIVE and REPLACING, and returns its id. */
async function writeVersion(
  before: VersionValue,
  replacements: Replacement[],
  edges: Edges,
): Promise<string> {
  const policies = await Promise.all(
    replacements.flatMap(({ account, login }) =>
      login === undefined ? [] : [readPolicies(login, [account], edges)],
    ),
  );
  const text = withNewPassword(before, policies.flat(), edges);
  const id = randomUUID();
  await putVersion(edges.secret, REPLACING, { id, text });
  return id;
}

/** No rotation that is under way goes on: its AWSPENDING goes, on AWSCURRENT too. */
async function removePending(staging: Staging, own: string, edges: Edges): Promise<void> {
  for (const version of staging.versions) {
    if (version.id === own || !has(version, PENDING)) continue;
    await changeLabel(edges.secret, { takeOff: PENDING, from: version.id });
  }
}

/** Moves AWSCURRENT; a move of somebody else's in between calls for another verification. */
async function moveCurrent(
  shown: Staging,
  value: VersionValue,
  replacements: Replacement[],
  edges: Edges,
): Promise<void> {
  let current = requireCurrent(shown);
  for (const wait of [...MOVE_WAITS_MS, undefined]) {
    try {
      return await changeLabel(edges.secret, promotion(current, value.versionId));
    } catch (error) {
      if (wait === undefined || edges.timeLeft() <= wait) throw error;
      await edges.sleep(wait);
      current = requireCurrent(await describeSecret(edges.secret));
      if (current.id === value.versionId) return;
      await verifyNew(replacements, value, edges);
    }
  }
}

/** Gives every other live version an expiry; what fails is left to reconcile. */
async function expireOthers(own: string, edges: Edges): Promise<void> {
  const isMoved = (seen: Staging) => findLabel(seen, CURRENT)?.id === own;
  const staging = await waitForLabels(edges, isMoved, `AWSCURRENT on version ${own}`);
  const seconds = edges.settings.functionTimeoutSeconds + STALE_READS_MARGIN_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it was AWSCURRENT.
    ...currentChanges(requireCurrent(staging), true),
    ...expiryChanges(staging, edges.now() / 1_000, () => seconds),
  ];
  await attemptEach(changes, edges, (change) => changeLabel(edges.secret, change));
}
