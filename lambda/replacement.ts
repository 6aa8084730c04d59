import { type Account, isSameUser, isSelf } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError, type RotationErrorCode, toRotationError } from './errors.ts';
import { logged } from './log.ts';
import { isRefused, prove, proveOnDatabases, requireProof } from './proof.ts';
import { loginRefused } from './redis-enterprise/api.ts';
import { withChange } from './redis-enterprise/generations.ts';
import { authorize, replacePasswords } from './redis-enterprise/passwords.ts';
import { wasRefused } from './refusals.ts';
import { passwordOf, type VersionValue } from './secret-value.ts';
import { CURRENT, findLabel, has, isLive, REPLACING, type Staging } from './staging.ts';
import { findValue } from './versions.ts';

/** One cluster of a replaceAll. */
export type Replacement = {
  account: Account;
  /** The version whose password the cluster accepts; absent: the cluster cannot be asked. */
  login: VersionValue | undefined;
  /** Why the cluster may not have the new password as its only one. */
  failure: RotationError | undefined;
};

// A cluster that fails like this is left out for now; any other failure stops a replaceAll.
const IS_DOWN: RotationErrorCode[] = [
  'cluster_unreachable',
  'cluster_reply_unexpected',
  'certificate_refused',
  'database_unreachable',
  'database_reply_unexpected',
];

const REJECTED: RotationErrorCode[] = ['current_password_refused', 'cluster_login_refused'];

/** Finds a login for each cluster. Throws if one rejects it, or if no cluster can be asked. */
export async function findLogins(
  current: VersionValue,
  accounts: Account[],
  staging: Staging,
  edges: Edges,
): Promise<Replacement[]> {
  const candidates = await findCandidates(current, staging, edges);
  const found = await Promise.all(
    accounts.map(async (account): Promise<Replacement> => {
      try {
        const login = await findLogin(account, current, candidates, edges);
        return { account, login, failure: undefined };
      } catch (thrown) {
        return { account, login: undefined, failure: toRotationError(thrown) };
      }
    }),
  );
  const failures = found.flatMap(({ failure }) => failure ?? []);
  const fatal = failures.find(({ code }) => !IS_DOWN.includes(code));
  if (fatal !== undefined) throw withReplacing(fatal, staging);
  if (failures[0] !== undefined && failures.length === found.length) throw failures[0];
  return found;
}

/** AWSCURRENT, then the other live versions of the same user, the newest first. */
async function findCandidates(
  current: VersionValue,
  { versions }: Staging,
  edges: Edges,
): Promise<VersionValue[]> {
  const others = versions.filter((one) => isLive(one) && one.id !== current.versionId);
  const values = await Promise.all(others.map(({ id }) => findValue(edges, id)));
  return [current, ...values.sort((one, other) => (other?.madeAt ?? 0) - (one?.madeAt ?? 0))]
    .filter((value) => value !== undefined)
    .filter((value) => value.password !== undefined && isSameUser(value, current));
}

async function findLogin(
  account: Account,
  current: VersionValue,
  candidates: VersionValue[],
  edges: Edges,
): Promise<VersionValue> {
  // Generation A asks an administrator for a password that the user has.
  const isAsked =
    isSelf(account) ||
    (await withChange(account, current, edges, async ({ isOld }) => isOld !== false));
  if (!isAsked) return current;
  const login = await findAccepted(account, current, candidates, edges);
  if (!isSelf(account)) return login;
  await withChange(account, login, edges, async (api, apiLogin) => {
    const verdict = await authorize(api, apiLogin);
    if (verdict === 'refused') throw loginRefused(api, 'before anything was changed');
  });
  return login;
}

/** A version whose password works. An API without a database is asked for one of them alone. */
async function findAccepted(
  account: Account,
  current: VersionValue,
  candidates: VersionValue[],
  edges: Edges,
): Promise<VersionValue> {
  const { name } = account.cluster;
  if (account.endpoints.length > 0) {
    for (const one of candidates) if (!(await isRefused(one, account, edges))) return one;
  } else {
    const isUntried = ({ versionId }: VersionValue) =>
      !wasRefused({ cluster: name, versionId }, edges);
    const chosen = candidates.find(isUntried) ?? current;
    // In self mode the login itself asks.
    if (isSelf(account) || !(await prove(chosen, [account], edges, { patient: false })))
      return chosen;
  }
  const what = `cluster ${name} rejected every password of the user that is in the secret`;
  throw new RotationError('current_password_refused', what);
}

/** A run that was cut off after its PUT may have left the password that works with REPLACING. */
function withReplacing(error: RotationError, staging: Staging): RotationError {
  const version = findLabel(staging, REPLACING);
  if (version === undefined || has(version, CURRENT) || !REJECTED.includes(error.code))
    return error;
  const hint = `${error.parts.hint}; if it does not help, move AWSCURRENT to version ${version.id}`;
  return new RotationError(error.code, error.parts.what, { cause: error, hint });
}

/** Sends the PUTs, all at the same time. Throws if no cluster has the new password then. */
export async function replaceOn(
  replacements: Replacement[],
  value: VersionValue,
  edges: Edges,
): Promise<Replacement[]> {
  const replaced = await Promise.all(
    replacements.map(async ({ account, login, failure }) => ({
      account,
      login,
      failure: login === undefined ? failure : await putOnly(account, login, value, edges),
    })),
  );
  if (replaced.every(({ failure }) => failure !== undefined)) throw incomplete(replaced);
  return replaced;
}

async function putOnly(
  account: Account,
  login: VersionValue,
  value: VersionValue,
  edges: Edges,
): Promise<RotationError | undefined> {
  const password = passwordOf(value);
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  try {
    await logged(edges, 'passwords replaced', fields, () =>
      withChange(account, login, edges, (api, apiLogin, username) => {
        // A request that was done may have ended its own login, or the password that A asks for.
        const isOnce = isSelf(account) || api.isOld !== false;
        return replacePasswords(api, apiLogin, { username, password, isOnce });
      }),
    );
    return undefined;
  } catch (thrown) {
    const error = toRotationError(thrown);
    return (await isThere(account, value, error, edges)) ? undefined : error;
  }
}

/** Whether a request without a usable reply was done: the new password works, or not. */
async function isThere(
  account: Account,
  value: VersionValue,
  { code }: RotationError,
  edges: Edges,
): Promise<boolean> {
  if (code !== 'cluster_unreachable' && code !== 'cluster_reply_unexpected') return false;
  try {
    const refusal = await proveOnDatabases(value, [account], edges, { patient: true });
    if (account.endpoints.length > 0) return refusal === undefined;
    return !(await isRefused(value, account, edges));
  } catch {
    return false;
  }
}

/** Verifies the new password on every cluster that has it. */
export async function verifyNew(
  replacements: Replacement[],
  value: VersionValue,
  edges: Edges,
): Promise<void> {
  const accounts = replacements.filter(({ failure }) => !failure).map(({ account }) => account);
  requireProof('replacing', await prove(value, accounts, edges, { patient: true }));
}

/** Throws unless every cluster accepts the new password, and no database the one of before. */
export async function requireVerified(
  replacements: Replacement[],
  value: VersionValue,
  before: VersionValue,
  edges: Edges,
): Promise<void> {
  const verified = await Promise.all(
    replacements.map(async (replacement): Promise<Replacement> => {
      if (replacement.failure !== undefined) return replacement;
      try {
        await verifyNew([replacement], value, edges);
        await requireReplaced(replacement.account, before, edges);
        return replacement;
      } catch (thrown) {
        return { ...replacement, failure: toRotationError(thrown) };
      }
    }),
  );
  if (verified.some(({ failure }) => failure !== undefined)) throw incomplete(verified);
}

async function requireReplaced(
  account: Account,
  before: VersionValue,
  edges: Edges,
): Promise<void> {
  // Without a database this would cost a rejected login.
  if (account.endpoints.length === 0 || before.password === undefined) return;
  if (await isRefused(before, account, edges)) return;
  const what = `a database of cluster ${account.cluster.name} accepts the replaced password`;
  throw new RotationError('password_not_deleted', what);
}

function incomplete(replacements: Replacement[]): RotationError {
  const failed = replacements.filter(({ failure }) => failure !== undefined);
  const names = failed.map(({ account }) => account.cluster.name).join(', ');
  const [first = new RotationError('unexpected', 'replaceAll')] = failed.flatMap(
    ({ failure }) => failure ?? [],
  );
  const what = `cluster ${names} may still accept leaked passwords: ${first.parts.what}`;
  const hint = `${first.parts.hint}; then run replaceAll again`;
  return new RotationError(first.code, what, { cause: first, hint });
}
