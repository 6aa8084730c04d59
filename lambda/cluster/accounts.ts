import { RotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import { canonicalHost, type Endpoint } from '../network/endpoint.ts';
import type { SecretValue } from '../secret/value.ts';
import type { Cluster } from './parameters.ts';

/** A secret's user on one cluster: how to change its passwords there and where to prove them. */
export type Account = {
  cluster: Cluster;
  endpoints: Endpoint[];
  /** The login for admin mode; absent: self mode. */
  admin: Admin | undefined;
  /** The user's name in the value that the tag binds: no other name goes to the cluster. */
  username: string;
  /** The user's name for the REST API. */
  apiLoginName: string;
};

/** An administrator's secret; without one it logs in by the client certificate alone. */
type Admin = { secretArn: string | undefined };

export function usesOwnLogin({ admin }: Account): boolean {
  return admin === undefined;
}

/**
 * Returns the accounts of a value's user; each endpoint belongs to one cluster. Who may write the
 * value must neither make the admin change another user, nor have a password sent to another host.
 * @throws `user_tag_mismatch` or `host_not_allowed`.
 */
export function resolveAccounts(
  value: SecretValue,
  clusters: Cluster[],
  tags: ReadonlyMap<string, string>,
): Account[] {
  const owners = value.endpoints.map(({ host }, at) =>
    clusterForHost(host, fieldOf(value, at), clusters),
  );
  const { username, apiLoginName } = value;
  const accounts = clusters.map((cluster) => ({
    cluster,
    endpoints: value.endpoints.filter((_, at) => owners[at] === cluster),
    admin: adminOf(value, cluster),
    username,
    apiLoginName,
  }));
  checkTag(value, accounts, tags.get(USER_TAG));
  const needsApi = accounts.some(
    (account) => usesOwnLogin(account) || account.endpoints.length === 0,
  );
  if (needsApi && value.apiLoginName.includes(':')) {
    const what = 'secret value: username has a colon, which a login to the API cannot carry';
    const hint = "add the user's email, or use admin mode with a database endpoint";
    throw new RotationError('secret_value_invalid', what, { hint });
  }
  return accounts;
}

/** Whether a value is that of the accounts' user, by name and, for the API, by email. */
export function isSameUser(value: SecretValue, user: Pick<Account, 'username' | 'apiLoginName'>) {
  return value.username === user.username && value.apiLoginName === user.apiLoginName;
}

/** The field of a value that names its endpoint number `at`. */
function fieldOf({ fields }: SecretValue, at: number): string {
  const listed = fields.host === undefined ? at : at - 1;
  return listed < 0 ? 'host' : `endpoints[${listed}]`;
}

/** The cluster whose `database-hosts` say most of a host: its name, or the longest suffix. */
function clusterForHost(host: string, field: string, clusters: Cluster[]): Cluster {
  const name = canonicalHost(host);
  const found = clusters.flatMap((cluster) =>
    cluster.databaseHosts
      .map(canonicalHost)
      .filter((one) => (one.startsWith('.') ? name.endsWith(one) : name === one))
      .map((one) => ({ cluster, says: one.startsWith('.') ? one.length : one.length + 1 })),
  );
  const most = Math.max(...found.map(({ says }) => says));
  const [owner, ...others] = new Set(
    found.filter(({ says }) => says === most).map(({ cluster }) => cluster),
  );
  if (owner !== undefined && others.length === 0) return owner;
  const hosts = clusters.flatMap(({ databaseHosts }) => databaseHosts).join(', ');
  const names = [owner, ...others].map((one) => one?.name).join(' and ');
  const why = owner === undefined ? `is not allowed, allowed are ${hosts}` : `is that of ${names}`;
  // Do not show the host: it may be a password in the wrong field.
  const what = `secret value: ${field} ${why}`;
  const hint = 'give each cluster database-hosts of its own';
  throw new RotationError('host_not_allowed', what, owner && { hint });
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
  const required = !accounts.every(usesOwnLogin);
  if (tag === value.username || (tag === undefined && !required)) return;
  const seen = tag === undefined ? 'is absent' : 'names another user';
  const what = `tag ${USER_TAG} ${seen}, allowed is the username in the secret's value`;
  throw new RotationError('user_tag_mismatch', what);
}
