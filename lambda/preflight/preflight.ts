import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { describeSecret, type SecretDescription } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { readAccounts, readValue, requireCurrent } from '../secret/versions.ts';
import { assertAccepted, verifyPassword } from '../verification/verify.ts';
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
export async function preflight(edges: Context): Promise<Preflight> {
  const found = await checkAll(edges);
  const checks = CHECK_NAMES.flatMap((name) => {
    const ofName = found.filter(({ check }) => check === name);
    return ofName.length > 0 ? ofName : [unknown(name, 'not looked at')];
  });
  return { ok: checks.every(({ status }) => status !== 'fail'), checks };
}

async function checkAll(edges: Context): Promise<Check[]> {
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
  described: SecretDescription,
  edges: Context,
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
    pass('user-tag', accounts.every(usesOwnLogin) ? 'not needed in self mode' : 'names the user'),
    proof,
    ...found.flat(),
  ];
}

async function checkAccount(
  value: VersionValue,
  account: Account,
  isWorking: boolean,
  edges: Context,
): Promise<Check[]> {
  const { apis, databases } = await checkEndpoints(value, account, edges.now());
  const endpoints = [...apis, ...databases];
  const { name } = account.cluster;
  if (!apis.some(({ check, status }) => check === 'tls' && status === 'pass')) {
    return [...endpoints, unknown('login', `cluster ${name}: no endpoint of the API answers`)];
  }
  // In self mode a password that is not known to work is not tried at the API: it may lock.
  if (usesOwnLogin(account) && !isWorking) {
    return [...endpoints, unknown('login', `cluster ${name}: AWSCURRENT is not proved`)];
  }
  return [...endpoints, ...(await checkCluster(value, account, isWorking, edges))];
}

/** The check, and whether AWSCURRENT may log in. */
async function checkProof(
  value: VersionValue,
  accounts: Account[],
  edges: Context,
): Promise<[Check, boolean]> {
  if (value.password === undefined) {
    const detail = 'AWSCURRENT has no password yet: the first rotation adds one';
    const error = new RotationError('current_password_missing', 'the secret has no password');
    return [
      accounts.some(usesOwnLogin)
        ? failure('verification', error)
        : unknown('verification', detail),
      false,
    ];
  }
  const databases = accounts.flatMap(({ endpoints }) => endpoints);
  if (databases.length === 0) {
    const detail = 'the secret names no database: the API is asked, with the login';
    return [unknown('verification', detail, 'add host and port to the secret'), true];
  }
  try {
    assertAccepted(
      'current',
      await verifyPassword(value, accounts, edges, { retryRejected: false }),
    );
    return [pass('verification', 'accepted by every database endpoint'), true];
  } catch (error) {
    // An admin's rotation goes ahead all the same, and mends it.
    const { code, parts } = toRotationError(error);
    const isMended = code === 'current_password_refused' && !accounts.some(usesOwnLogin);
    return [
      isMended ? warn('verification', parts.what, parts.hint) : failure('verification', error),
      false,
    ];
  }
}
