import { AdminRejected, requestAsAdmin, type Target } from './admin.ts';
import { itemsOf, unexpectedReply } from './api.ts';
import { newPassword } from './password.ts';

export type TestUser = { uid: number; name: string; email: string };

/** A user whose creation was requested; its uid is undefined until the reply. */
export type CreatedUser = { name: string; uid: number | undefined };

// The election of a new primary node takes seconds.
const DELETION_ATTEMPTS = 6;
const DELETION_WAIT_MS = 1_000;

/** Creates a user, and records it in `created` before the request, because a reply may be lost. */
export async function createUser(
  target: Target,
  created: CreatedUser[],
  { name, roles, cluster }: { name: string; roles: number[]; cluster: Record<string, unknown> },
): Promise<TestUser> {
  const email = `${name}@conformance.invalid`;
  const password = newPassword(cluster);
  const user: CreatedUser = { name, uid: undefined };
  created.push(user);
  const body = { name, email, password, role_uids: roles, email_alerts: false };
  const reply = await requestAsAdmin(target, 'POST', '/v1/users', body);
  const { uid } = Object(reply.json);
  if (reply.status !== 200 || typeof uid !== 'number') {
    throw unexpectedReply('POST /v1/users', reply);
  }
  user.uid = uid;
  return { uid, name, email };
}

/** Deletes users, with retries, and returns the names of those that are left. */
export async function deleteUsers(target: Target, created: CreatedUser[]): Promise<string[]> {
  let left = created;
  try {
    for (let attempt = 0; left.length > 0 && attempt < DELETION_ATTEMPTS; attempt += 1) {
      if (attempt > 0) await target.clock.sleep(DELETION_WAIT_MS);
      left = await deleteOnce(target, left);
    }
  } catch {
    // The cluster rejects the admin: a retry could lock the admin.
  }
  return left.map(({ name }) => name);
}

/** Deletes each user once, and returns the users that may still exist. */
async function deleteOnce(target: Target, created: CreatedUser[]): Promise<CreatedUser[]> {
  const uids = await readUids(target);
  const left: CreatedUser[] = [];
  for (const user of created) {
    if (uids !== undefined && !uids.has(user.name)) continue;
    const uid = uids?.get(user.name) ?? user.uid;
    const isGone = uid !== undefined && (await isDeleted(target, uid));
    if (!isGone) left.push(user);
  }
  return left;
}

/** Reads the uids of all users by name; undefined if the request fails. */
async function readUids(target: Target): Promise<Map<string, number> | undefined> {
  const reply = await requestAsAdmin(target, 'GET', '/v1/users').catch(ignoreUnlessRejected);
  if (reply?.status !== 200 || !Array.isArray(reply.json)) return undefined;
  return new Map(itemsOf(reply).map(({ name, uid }) => [String(name), Number(uid)]));
}

async function isDeleted(target: Target, uid: number): Promise<boolean> {
  const path = `/v1/users/${uid}`;
  const reply = await requestAsAdmin(target, 'DELETE', path).catch(ignoreUnlessRejected);
  return reply?.status === 200 || reply?.status === 404;
}

function ignoreUnlessRejected(error: unknown): undefined {
  if (error instanceof AdminRejected) throw error;
}
