import { type Account, isSelf } from '../cluster/accounts.ts';
import type { Edges } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { type Described, describeSecret } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { readAccounts, readValue, requireCurrent } from '../secret/versions.ts';
import { prove, requireProof } from '../verification/verify.ts';
import { CHECK_NAMES, type Check, failure, pass, unknown, warn } from './check.ts';
import { checkCluster } from './cluster.ts';
import { checkEndpoints } from './endpoints.ts';
import {
  checkClusters,
  checkLabels,
  checkOverlap,
  checkReplacing,
  checkRotation,
} from './secret.ts';

/** Whether the next rotation would work, and what to do where it would not. */
export type Preflight = { ok: boolean; checks: Check[] };

/**
 * Before: anything.
 * Does: looks at everything that a rotation needs, and changes nothing. A finding is never thrown.
 * Safe to repeat because it only reads, and logs in once per cluster.
 */
export async function preflight(edges: Edges): Promise<Preflight> {
  const found = await checkAll(edges);
  const checks = CHECK_NAMES.flatMap((name) => {
    const ofName = found.filter(({ check }) => check === name);
    return ofName.length > 0 ? ofName : [unknown(name, 'not looked at')];
  });
  return { ok: checks.every(({ status }) => status !== 'fail'), checks };
}

async function checkAll(edges: Edges): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    const described = await describeSecret(edges.secret);
    checks.push(checkRotation(described, edges.functionArn), ...checkReplacing(described));
    checks.push(checkLabels(described));
    checks.push(checkOverlap(described, edges.settings));
    const value = await readValue(edges, requireCurrent(described).id);
    const { length } = described.versions;
    checks.push(pass('secret', `AWSCURRENT is valid; ${length} versions have labels`));
    checks.push(...(await checkAccounts(value, described, edges)));
  } catch (error) {
    checks.push(failure('secret', error));
  }
  return checks;
}

async function checkAccounts(
  value: VersionValue,
  described: Described,
  edges: Edges,
): Promise<Check[]> {
  let accounts: Account[];
  let listed: readonly string[] | undefined;
  try {
    // Without the cache, an operator sees the effect of a parameter that was just corrected.
    ({ listed } = await edges.clusters(true));
    accounts = await readAccounts(edges, value, described);
  } catch (error) {
    const isTag = toRotationError(error).code === 'user_tag_mismatch';
    return [failure(isTag ? 'user-tag' : 'clusters', error)];
  }
  const names = accounts.map(({ cluster }) => cluster.name);
  const [proof, isWorking] = await checkProof(value, accounts, edges);
  const found = await Promise.all(
    accounts.map((account) => checkAccount(value, account, isWorking, edges)),
  );
  return [
    checkClusters(names, listed, edges.settings.clustersPath),
    pass('user-tag', accounts.every(isSelf) ? 'not needed in self mode' : 'names the user'),
    proof,
    ...found.flat(),
  ];
}

async function checkAccount(
  value: VersionValue,
  account: Account,
  isWorking: boolean,
  edges: Edges,
): Promise<Check[]> {
  const { apis, databases } = await checkEndpoints(value, account, edges.now());
  const endpoints = [...apis, ...databases];
  const { name } = account.cluster;
  if (!apis.some(({ check, status }) => check === 'tls' && status === 'pass')) {
    return [...endpoints, unknown('login', `cluster ${name}: no endpoint of the API answers`)];
  }
  // In self mode a password that is not known to work is not tried at the API: it may lock.
  if (isSelf(account) && !isWorking) {
    return [...endpoints, unknown('login', `cluster ${name}: AWSCURRENT is not proved`)];
  }
  return [...endpoints, ...(await checkCluster(value, account, isWorking, edges))];
}

/** The check, and whether AWSCURRENT may log in. */
async function checkProof(
  value: VersionValue,
  accounts: Account[],
  edges: Edges,
): Promise<[Check, boolean]> {
  if (value.password === undefined) {
    const detail = 'AWSCURRENT has no password yet: the first rotation adds one';
    const error = new RotationError('current_password_missing', 'the secret has no password');
    return [accounts.some(isSelf) ? failure('proof', error) : unknown('proof', detail), false];
  }
  const databases = accounts.flatMap(({ endpoints }) => endpoints);
  if (databases.length === 0) {
    const detail = 'the secret names no database: the API is asked, with the login';
    return [unknown('proof', detail, 'add host and port to the secret'), true];
  }
  try {
    requireProof('current', await prove(value, accounts, edges, { patient: false }));
    return [pass('proof', 'accepted by every database endpoint'), true];
  } catch (error) {
    // An admin's rotation goes ahead all the same, and mends it.
    const { code, parts } = toRotationError(error);
    const isMended = code === 'current_password_refused' && !accounts.some(isSelf);
    return [isMended ? warn('proof', parts.what, parts.hint) : failure('proof', error), false];
  }
}
