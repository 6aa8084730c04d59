import { RotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { SecretState } from '../secret/labels.ts';
import { boundUser, DEFAULT_USER, taggedUser, usernameIn } from '../secret/user.ts';
import type { SecretValue } from '../secret/value.ts';
import { withClientCertificate } from './client-certificate.ts';
import { clusterForHost } from './cluster-for-host.ts';
import { type Cluster, parseClusters } from './parameters.ts';
import type { ReferencedSecretContext } from './referenced-secret.ts';
import type { ClusterParameters } from './stored-parameters.ts';

/** The user of a secret on one cluster. */
export type Account = {
  cluster: Cluster;
  /** The database endpoints on this cluster, on which the function verifies passwords. */
  endpoints: Endpoint[];
  /** The administrator login; absent in self mode. */
  admin: AdminLogin | undefined;
  /** The only username that a request to the cluster may name. */
  username: string;
  /** The login name for the REST API. */
  apiLoginName: string;
};

/** Without a secret, the client certificate is the login. */
type AdminLogin = { secretArn: string | undefined };

export type AccountContext = ReferencedSecretContext & {
  now: () => number;
  /** Keeps a name readable in the log. */
  registerName: (name: string | undefined) => void;
  /** Reads the clusters' parameters; `isFresh` ignores the cache. */
  readParameters: (isFresh?: boolean) => Promise<ClusterParameters>;
};

/** Reads the clusters of a value, then returns what `resolveAccounts` returns. */
export async function readAccounts(
  context: AccountContext,
  value: SecretValue,
  { tags }: SecretState,
): Promise<Account[]> {
  const user = tags.get(USER_TAG);
  context.registerName(user && usernameIn(user));
  const parameters = await context.readParameters();
  const named = parseClusters(parameters, value.clusters);
  // The value of a default user must not choose between two clusters that both match its host.
  const clusters = value.username === DEFAULT_USER ? parseClusters(parameters, undefined) : named;
  return Promise.all(
    resolveAccounts(value, clusters, tags).map(async (account) => ({
      ...account,
      cluster: await withClientCertificate(account.cluster, context),
    })),
  );
}

export function usesOwnLogin({ admin }: Account): boolean {
  return admin === undefined;
}

/**
 * Returns the user of a value on each cluster; each endpoint belongs to one cluster. The tag and
 * database-hosts limit which user and which hosts a value can name.
 * @throws `user_tag_mismatch`, `host_not_allowed`, `admin_secret_invalid` or
 * `secret_value_invalid`.
 */
export function resolveAccounts(
  value: SecretValue,
  clusters: Cluster[],
  tags: ReadonlyMap<string, string>,
): Account[] {
  const owners = value.endpoints.map(({ host }, at) =>
    clusterForHost(host, endpointField(value, at), clusters),
  );
  const { username, apiLoginName } = value;
  const isDefault = username === DEFAULT_USER;
  if (isDefault) checkDefaultUser(value, owners);
  // A default user is on the cluster of its database only.
  const found = isDefault ? clusters.filter((cluster) => owners.includes(cluster)) : clusters;
  const accounts = found.map((cluster) => ({
    cluster,
    endpoints: value.endpoints.filter((_, at) => owners[at] === cluster),
    admin: adminLoginOf(value, cluster),
    username,
    apiLoginName,
  }));
  checkTag(value, accounts, taggedUser(tags));
  const needsApi = accounts.some(
    (account) => usesOwnLogin(account) || account.endpoints.length === 0,
  );
  if (needsApi && apiLoginName.includes(':')) {
    const what = 'secret value: username has a colon, which a login to the API cannot have';
    const hint = "add the user's email, or use admin mode with a database endpoint";
    throw new RotationError('secret_value_invalid', what, { hint });
  }
  return accounts;
}

/** @throws `secret_value_invalid` unless a value describes the default user of one database. */
function checkDefaultUser(value: SecretValue, owners: Cluster[]): void {
  const invalid = (what: string, hint?: string) =>
    new RotationError('secret_value_invalid', `secret value: ${what}`, { hint });
  if (owners.length === 0) {
    const hint = 'set host and port to an endpoint of its database';
    throw invalid('host and port are absent: each database has a default user', hint);
  }
  if (new Set(owners).size > 1) throw invalid('the endpoints are of several clusters');
  const left = owners.find(({ name }) => value.clusters?.includes(name) === false);
  if (left !== undefined) {
    throw invalid(`clusters leaves out ${left.name}, which has the host`, 'remove this field');
  }
  if (value.login === 'self') {
    throw invalid('login is "self": the API has no login of a default user', 'remove this field');
  }
}

/** Returns the field of a value that holds its endpoint number `at`. */
function endpointField({ fields }: SecretValue, at: number): string {
  const listed = fields.host === undefined ? at : at - 1;
  return listed < 0 ? 'host' : `endpoints[${listed}]`;
}

function adminLoginOf({ login, username }: SecretValue, cluster: Cluster): AdminLogin | undefined {
  const { name, adminSecretArn: secretArn, clientCertificateSecretArn } = cluster;
  if (login === 'self') return undefined;
  if (secretArn !== undefined) return { secretArn };
  const isDefault = username === DEFAULT_USER;
  if (login === undefined && !isDefault) return undefined;
  if (login === 'admin' && clientCertificateSecretArn !== undefined) return { secretArn };
  if (clientCertificateSecretArn !== undefined) {
    const what = 'secret value: login is absent, and the default user needs an administrator';
    const hint = 'add "login": "admin": the client certificate of the cluster is then the login';
    throw new RotationError('secret_value_invalid', what, { hint });
  }
  const why = isDefault ? 'the default user needs one' : 'the secret\'s login is "admin"';
  const parameters = 'admin-secret-arn nor client-certificate-secret-arn';
  const what = `cluster ${name} has neither ${parameters}, and ${why}`;
  throw new RotationError('admin_secret_invalid', what);
}

function checkTag(value: SecretValue, accounts: Account[], tag: string | undefined): void {
  const required = !accounts.every(usesOwnLogin);
  const user = boundUser(value);
  if (tag === user || (tag === undefined && !required)) return;
  const seen = tag === undefined ? 'is absent' : 'names another user';
  const allowed =
    user === value.username ? "the username in the secret's value" : 'default@<host>:<port> of it';
  const what = `tag ${USER_TAG} ${seen}, allowed is ${allowed}`;
  throw new RotationError('user_tag_mismatch', what);
}
