import { type Account, readAccounts, usesOwnLogin } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import type { SecretDescription } from '../secret/description.ts';
import { describeSecret } from '../secret/secrets-manager.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import { readValue, requireCurrent } from '../secret/versions.ts';
import type { Rejection } from '../verification/api.ts';
import { checkProtected } from '../verification/check-protected.ts';
import { assertAccepted, findDatabaseRejection, findRejection } from '../verification/verify.ts';
import { CHECK_NAMES, type Check, fail, failure, pass, unknown, warn } from './check.ts';
import { checkCluster } from './cluster.ts';
import { checkEndpoints } from './endpoints.ts';
import {
  checkClusters,
  checkLabels,
  checkOverlap,
  checkReplacing,
  checkRotation,
} from './secret.ts';

const LOCKED_OUT = 'Applications that read the secret cannot log in now.';

/** `ok`: the next rotation would succeed, as far as the checks can show. */
export type Preflight = { ok: boolean; checks: Check[] };

/**
 * Before: any state.
 * Does: checks everything that a rotation needs, and changes nothing. Throws no finding.
 * Safe to repeat because it only reads, and logs in once to each cluster.
 */
export async function preflight(context: Context): Promise<Preflight> {
  // An alarm is for secrets that rotate.
  const found = await checkAll({ ...context, measure: () => undefined });
  const checks = CHECK_NAMES.flatMap((name) => {
    const ofName = found.filter(({ check }) => check === name);
    return ofName.length > 0 ? ofName : [unknown(name, 'not checked')];
  });
  return { ok: checks.every(({ status }) => status !== 'fail'), checks };
}

async function checkAll(context: Context): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    const secret = await describeSecret(context.secret);
    checks.push(
      checkRotation(secret, context.secret.arn, context.functionArn),
      ...checkReplacing(secret),
    );
    checks.push(checkLabels(secret));
    checks.push(checkOverlap(secret, context.settings));
    const value = await readValue(context, requireCurrent(secret).id);
    const { length } = secret.versions;
    checks.push(pass('secret', `AWSCURRENT is valid; ${length} versions have labels`));
    checks.push(...(await checkAccounts(value, secret, context)));
  } catch (error) {
    checks.push(failure('secret', error));
  }
  return checks;
}

async function checkAccounts(
  value: VersionValue,
  secret: SecretDescription,
  context: Context,
): Promise<Check[]> {
  let accounts: Account[];
  let listed: readonly string[] | undefined;
  try {
    // Without the cache, an operator sees the effect of a corrected parameter immediately.
    ({ listed } = await context.readParameters(true));
    accounts = await readAccounts(context, value, secret);
  } catch (error) {
    const isTag = toRotationError(error).code === 'user_tag_mismatch';
    return [failure(isTag ? 'user-tag' : 'clusters', error)];
  }
  const names = accounts.map(({ cluster }) => cluster.name);
  const [verification, isVerified] = await checkVerification(value, accounts, context);
  const found = await Promise.all(
    accounts.map((account) => checkAccount(value, account, isVerified, context)),
  );
  return [
    checkClusters(names, listed, context.settings.clustersPath),
    pass('user-tag', accounts.every(usesOwnLogin) ? 'not needed in self mode' : 'names the user'),
    verification,
    ...found.flat(),
  ];
}

async function checkAccount(
  value: VersionValue,
  account: Account,
  isVerified: boolean,
  context: Context,
): Promise<Check[]> {
  const { apis, databases } = await checkEndpoints(value, account, context.now());
  const endpoints = [...apis, ...databases];
  const { name } = account.cluster;
  if (!apis.some(({ check, status }) => check === 'tls' && status === 'pass')) {
    return [...endpoints, unknown('login', `cluster ${name}: no endpoint of the API answers`)];
  }
  // In self mode, do not use a password that no database accepted: a rejected login may lock.
  if (usesOwnLogin(account) && !isVerified) {
    return [...endpoints, unknown('login', `cluster ${name}: AWSCURRENT is not verified`)];
  }
  return [...endpoints, ...(await checkCluster(value, account, isVerified, context))];
}

/** Returns the check, and whether the function may log in with AWSCURRENT. */
async function checkVerification(
  value: VersionValue,
  accounts: Account[],
  context: Context,
): Promise<[Check, boolean]> {
  const isSelf = accounts.some(usesOwnLogin);
  try {
    for (const account of accounts) await checkProtected(value, account, context);
  } catch (error) {
    return [failure('verification', error), false];
  }
  if (value.password === undefined) {
    const detail = 'AWSCURRENT has no password yet: the first rotation adds one';
    const error = new RotationError('current_password_missing', 'the secret has no password');
    return [isSelf ? failure('verification', error) : unknown('verification', detail), false];
  }
  if (accounts.every(({ endpoints }) => endpoints.length === 0)) {
    const detail = 'the secret has no database endpoint: the login to the API verifies AWSCURRENT';
    return [unknown('verification', detail, 'add host and port to the secret'), true];
  }
  let rejection: Rejection | undefined;
  try {
    rejection = await findDatabaseRejection(value, accounts, context);
    assertAccepted('current', rejection ?? (await findRejection(value, accounts, context)));
    return [pass('verification', 'accepted by every database endpoint'), true];
  } catch (thrown) {
    const { code, what, hint } = toRotationError(thrown);
    // In admin mode, the next rotation replaces the password, except of a default user.
    const isReplaceable = !isSelf && value.username !== DEFAULT_USER;
    const isReplaced = code === 'current_password_refused' && isReplaceable;
    const lockedOut = rejection === undefined ? '' : `. ${LOCKED_OUT}`;
    const check = isReplaced ? warn : fail;
    return [check('verification', `${what}${lockedOut}`, hint), false];
  }
}
