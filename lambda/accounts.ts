import type { Cluster } from './cluster.ts';
import { canonicalHost, type Endpoint } from './endpoint.ts';
import { USER_TAG } from './environment.ts';
import { RotationError } from './errors.ts';
import type { SecretValue } from './secret-value.ts';

/** A secret's user on one cluster: how to change its passwords there and where to prove them. */
export type Account = {
  cluster: Cluster;
  endpoints: Endpoint[];
  /** The login for admin mode; absent: self mode. */
  admin: Admin | undefined;
};

/** An administrator's secret; without one it logs in by the client certificate alone. */
type Admin = { secretArn: string | undefined };

export function isSelf({ admin }: Account): boolean {
  return admin === undefined;
}

/**
 * The accounts that a secret's value speaks of. Throws `user_tag_mismatch` or `host_not_allowed`:
 * whoever may write the value may neither make the admin hand over another user, nor have a
 * password sent to a host that is not the cluster's.
 */
export function accountsOf(
  value: SecretValue,
  clusters: Cluster[],
  tags: ReadonlyMap<string, string>,
): Account[] {
  const accounts = clusters.map((cluster) => ({
    cluster,
    endpoints: value.endpoints.filter(({ host }) => isAllowed(host, cluster)),
    admin: adminOf(value, cluster),
  }));
  checkTag(value, accounts, tags.get(USER_TAG));
  const needsApi = accounts.some((account) => isSelf(account) || account.endpoints.length === 0);
  if (needsApi && value.restName.includes(':')) {
    const what = 'secret value: username has a colon, which a login to the API cannot carry';
    const hint = "add the user's email, or use admin mode with a database endpoint";
    throw new RotationError('secret_value_invalid', what, { hint });
  }
  const allowed = new Set(accounts.flatMap(({ endpoints }) => endpoints));
  const refused = value.endpoints.find((endpoint) => !allowed.has(endpoint));
  if (refused === undefined) return accounts;
  const hosts = clusters.flatMap(({ databaseHosts }) => databaseHosts).join(', ');
  const what = `secret value: database host ${refused.host} is not allowed, allowed are ${hosts}`;
  throw new RotationError('host_not_allowed', what);
}

function adminOf({ login }: SecretValue, cluster: Cluster): Admin | undefined {
  const { name, adminSecretArn: secretArn, clientCertificateSecretArn } = cluster;
  if (login === 'self') return undefined;
  if (secretArn !== undefined) return { secretArn };
  if (login === undefined) return undefined;
  if (clientCertificateSecretArn !== undefined) return { secretArn };
  const what =
    `cluster ${name} has neither admin-secret-arn nor client-certificate-secret-arn, and the ` +
    'secret\'s login is "admin"';
  throw new RotationError('admin_secret_invalid', what);
}

function checkTag(value: SecretValue, accounts: Account[], tag: string | undefined): void {
  const required = !accounts.every(isSelf);
  if (tag === value.username || (tag === undefined && !required)) return;
  const seen = tag === undefined ? 'is absent' : 'names another user';
  const what = `tag ${USER_TAG} ${seen}, allowed is the username in the secret's value`;
  throw new RotationError('user_tag_mismatch', what);
}

function isAllowed(host: string, { databaseHosts }: Cluster): boolean {
  const name = canonicalHost(host);
  return databaseHosts.some((allowed) =>
    allowed.startsWith('.')
      ? name.endsWith(canonicalHost(allowed))
      : name === canonicalHost(allowed),
  );
}
