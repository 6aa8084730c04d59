import { setTimeout } from 'node:timers/promises';
import { newPassword } from './password.ts';
import { show } from './rest.ts';
import { AdminRefused, asAdmin, itemsOf, type Target } from './target.ts';

/** A user that is made for the trials and removed after them. */
export type Throwaway = { uid: number; name: string; email: string };

/** A user that may be there since it was asked for; its uid is known once that was answered. */
export type Made = { name: string; uid: number | undefined };

// A node that dies takes a few seconds to be replaced as the primary.
const REMOVAL_ATTEMPTS = 6;
const REMOVAL_WAIT_MS = 1_000;

/** Makes a user, and notes it in `made` before, since the reply may be lost. */
export async function makeUser(
  target: Target,
  made: Made[],
  { name, roles, cluster }: { name: string; roles: number[]; cluster: Record<string, unknown> },
): Promise<Throwaway> {
  const email = `${name}@conformance.invalid`;
  const password = newPassword(cluster);
  const user: Made = { name, uid: undefined };
  made.push(user);
  const body = { name, email, password, role_uids: roles, email_alerts: false };
  const answer = await asAdmin(target, 'POST', '/v1/users', body);
  const { uid } = Object(answer.json);
  if (answer.status !== 200 || typeof uid !== 'number') {
    throw new Error(`the cluster answered POST /v1/users with ${show(answer)}`);
  }
  user.uid = uid;
  return { uid, name, email };
}

/** Removes what was made, as often as it takes, and gives the names of those that are left. */
export async function removeUsers(target: Target, made: Made[]): Promise<string[]> {
  let left = made;
  try {
    for (let attempt = 0; left.length > 0 && attempt < REMOVAL_ATTEMPTS; attempt += 1) {
      if (attempt > 0) await setTimeout(REMOVAL_WAIT_MS);
      left = await removeOnce(target, left);
    }
  } catch {
    // The admin is refused: trying on would lock it.
  }
  return left.map(({ name }) => name);
}

/** Removes each once, and gives those of which it is not certain that they are gone. */
async function removeOnce(target: Target, made: Made[]): Promise<Made[]> {
  const uids = await uidsOf(target);
  const left: Made[] = [];
  for (const user of made) {
    if (uids !== undefined && !uids.has(user.name)) continue;
    const uid = uids?.get(user.name) ?? user.uid;
    const isGone = uid !== undefined && (await isRemoved(target, uid));
    if (!isGone) left.push(user);
  }
  return left;
}

/** The uids of all users by name; undefined: the cluster does not tell. */
async function uidsOf(target: Target): Promise<Map<string, number> | undefined> {
  const answer = await asAdmin(target, 'GET', '/v1/users').catch(unlessRefused);
  if (answer?.status !== 200 || !Array.isArray(answer.json)) return undefined;
  return new Map(itemsOf(answer).map(({ name, uid }) => [String(name), Number(uid)]));
}

async function isRemoved(target: Target, uid: number): Promise<boolean> {
  const answer = await asAdmin(target, 'DELETE', `/v1/users/${uid}`).catch(unlessRefused);
  return answer?.status === 200 || answer?.status === 404;
}

function unlessRefused(error: unknown): undefined {
  if (error instanceof AdminRefused) throw error;
}
