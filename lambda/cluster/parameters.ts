import { isIP } from 'node:net';
import { RotationError } from '../errors.ts';
import { SECRET_ARN } from '../event.ts';
import { findViolation, type Rule, stringRule } from '../field-rules.ts';
import { apiEndpoint, isHost } from '../network/endpoint.ts';
import { parseCertificates, type TlsMaterial } from '../network/trust.ts';
import { CLUSTER_NAME } from '../secret/value.ts';

/** The parameters under CLUSTERS_PATH. */
export type ClusterParameters = {
  /** By cluster name and parameter name. A cluster that only the list names has no parameters. */
  clusters: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The clusters that must exist; undefined if no parameter lists them. */
  listed: readonly string[] | undefined;
};

/** A cluster, as its parameters describe it. */
export type Cluster = TlsMaterial & {
  name: string;
  /** Origins such as `https://redis.example.com:9443`, tried in order. */
  apiEndpoints: string[];
  adminSecretArn: string | undefined;
  /** A secret with `certificate` and `privateKey`, for mutual TLS. */
  clientCertificateSecretArn: string | undefined;
  /** Host names, or suffixes that start with a dot, that a secret's endpoints may have. */
  databaseHosts: string[];
};

const MISSING_HINT =
  'restore its parameters; if the cluster no longer exists, remove it from the list';
const UNKNOWN_HINT = "correct clusters in the secret's value, or add the parameters of the cluster";

const ORIGINS = 'a list of https://host:port';
const HOSTS = 'a list of host names or .suffixes';

const RULES: Record<string, Rule> = {
  'api-endpoints': stringRule(ORIGINS, (list) => split(list).every(isOrigin), true),
  'ca-certificate': stringRule('a bundle of PEM certificates', isCertificateBundle),
  'server-name': stringRule('a host name', (seen) => isHost(seen) && isIP(seen) === 0),
  'admin-secret-arn': stringRule('the ARN of a secret', (seen) => SECRET_ARN.test(seen)),
  'client-certificate-secret-arn': stringRule('the ARN of a secret', (seen) =>
    SECRET_ARN.test(seen),
  ),
  'database-hosts': stringRule(HOSTS, (list) => split(list).every(isHostOrSuffix)),
};

/**
 * Sorts parameters by cluster. The keys of `values` are names below CLUSTERS_PATH: `eu/server-name`
 * belongs to the cluster `eu`, and `clusters` lists the clusters that must exist.
 * @throws `cluster_parameter_invalid` if the list is invalid.
 */
export function groupByCluster(values: ReadonlyMap<string, string>): ClusterParameters {
  const clusters = new Map<string, Map<string, string>>();
  for (const [path, value] of values) {
    const [cluster = '', parameter, ...deeper] = path.split('/');
    if (parameter === undefined || deeper.length > 0) continue;
    clusters.set(cluster, (clusters.get(cluster) ?? new Map()).set(parameter, value));
  }
  const list = values.get('clusters');
  const names = list === undefined ? [] : split(list);
  if (!names.every((name) => CLUSTER_NAME.test(name))) {
    throw invalid('clusters is invalid, allowed is a list of cluster names');
  }
  for (const name of names) if (!clusters.has(name)) clusters.set(name, new Map());
  return { clusters, listed: list === undefined ? undefined : names };
}

/**
 * Parses the parameters of the named clusters; without names, of all clusters.
 * @throws `cluster_parameter_invalid`
 */
export function parseClusters(
  { clusters }: ClusterParameters,
  names: string[] | undefined,
): Cluster[] {
  const wanted = new Set(names ?? clusters.keys());
  if (wanted.size === 0) throw invalid('there is no cluster under CLUSTERS_PATH');
  return [...wanted].map((name) => {
    const known = clusters.get(name);
    if (known !== undefined) return parseCluster(name, known);
    const allowed = [...clusters.keys()].join(', ');
    const what = `clusters in the secret's value names an unknown cluster, allowed are ${allowed}`;
    throw invalid(what, UNKNOWN_HINT);
  });
}

function parseCluster(name: string, parameters: ReadonlyMap<string, string>): Cluster {
  if (parameters.size === 0) {
    throw invalid(`${name} has no parameters under CLUSTERS_PATH`, MISSING_HINT);
  }
  const unknown = [...parameters.keys()].find((key) => !Object.hasOwn(RULES, key));
  if (unknown !== undefined) {
    throw invalid(`${name}/${unknown} is unknown, allowed are ${Object.keys(RULES).join(', ')}`);
  }
  const violation = findViolation(Object.fromEntries(parameters), RULES);
  if (violation !== undefined) throw invalid(`${name}/${violation}`);
  const origins = split(parameters.get('api-endpoints') ?? '').map((one) => new URL(one).origin);
  const serverName = parameters.get('server-name');
  const hosts = parameters.get('database-hosts');
  const apiHosts = origins.map((origin) => apiEndpoint(origin).host);
  return {
    name,
    apiEndpoints: origins,
    caCertificate: parameters.get('ca-certificate'),
    serverName,
    adminSecretArn: parameters.get('admin-secret-arn'),
    clientCertificateSecretArn: parameters.get('client-certificate-secret-arn'),
    databaseHosts: hosts === undefined ? defaultDatabaseHosts(apiHosts, serverName) : split(hosts),
  };
}

/** Returns the default of database-hosts: the cluster's own names, and all names below them. */
export function defaultDatabaseHosts(apiHosts: string[], serverName: string | undefined): string[] {
  const hosts = serverName === undefined ? apiHosts : [...apiHosts, serverName];
  return hosts.flatMap((host) => [host, `.${host}`]);
}

function split(list: string): string[] {
  return list.split(',').map((item) => item.trim());
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return (
    protocol === 'https:' && pathname === '/' && `${search}${hash}${username}${password}` === ''
  );
}

function isHostOrSuffix(text: string): boolean {
  return isHost(text.replace(/^\./, ''));
}

export function isCertificateBundle(text: string): boolean {
  try {
    return parseCertificates(text).length > 0;
  } catch {
    return false;
  }
}

function invalid(what: string, hint?: string): RotationError {
  return new RotationError('cluster_parameter_invalid', `cluster parameters: ${what}`, { hint });
}
