import { type Account, readAccounts, usesOwnLogin } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { toRotationError } from '../errors.ts';
import type { SecretDescription } from '../secret/description.ts';
import { describeSecret } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { readValue, requireCurrent } from '../secret/versions.ts';
import { CHECK_NAMES, type Check, failure, pass, unknown } from './check.ts';
import { checkCluster } from './cluster.ts';
import { checkEndpoints } from './endpoints.ts';
import {
  checkClusters,
  checkLabels,
  checkOverlap,
  checkReplacing,
  checkRotation,
} from './secret.ts';
import { checkVerification } from './verification.ts';

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
    checks.push(
      pass('secret', `the value of AWSCURRENT keeps the rules; versions with labels: ${length}`),
    );
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
  const [verification, isVerified] = await checkVerification(value, accounts, secret, context);
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
