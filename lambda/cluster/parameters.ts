import { isIP } from 'node:net';
import { RotationError } from '../errors.ts';
import { SECRET_ARN } from '../event.ts';
import { apiEndpoint, isHost } from '../network/endpoint.ts';
import { parseCertificates, type TlsMaterial } from '../network/trust.ts';
import { findViolation, type Rule, stringRule } from '../rules.ts';

/** What CLUSTERS_PATH holds. */
export type Parameters = {
  /** By the cluster's name and the parameter's. A cluster that only the list names has none. */
  clusters: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The clusters that must exist; absent: nobody has listed them. */
  listed: readonly string[] | undefined;
};

/** How to reach a cluster and what to trust. */
export type Cluster = TlsMaterial & {
  name: string;
  /** Origins such as `https://redis.example.com:9443`, tried in order. */
  apiEndpoints: string[];
  adminSecretArn: string | undefined;
  /** JSON with `certificate` and `privateKey`, for mutual TLS. */
  clientCertificateSecretArn: string | undefined;
  /** Names, or suffixes that start with a dot, that a secret's endpoints may have. */
  databaseHosts: string[];
};

const MISSING = 'restore its parameters; take it out of the list only once its users are gone';

const ORIGINS = 'a list of https://host:port';
const HOSTS = 'a list of host names or .suffixes';

/** What each parameter may be. */
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
 * Sorts the parameters by cluster. `values` has them by their names below CLUSTERS_PATH:
 * `eu/server-name` belongs to the cluster `eu`, `clusters` lists the clusters that must exist.
 * @throws `cluster_parameter_invalid` if the list is invalid.
 */
export function sortParameters(values: ReadonlyMap<string, string>): Parameters {
  const clusters = new Map<string, Map<string, string>>();
  for (const [path, value] of values) {
    const [cluster = '', parameter, ...deeper] = path.split('/');
    if (parameter === undefined || deeper.length > 0) continue;
    clusters.set(cluster, (clusters.get(cluster) ?? new Map()).set(parameter, value));
  }
  const list = values.get('clusters');
  const names = list === undefined ? [] : split(list);
  if (!names.every((name) => /^[\w.-]{1,128}$/.test(name))) {
    throw invalid('clusters is invalid, allowed is a list of cluster names');
  }
  for (const name of names) if (!clusters.has(name)) clusters.set(name, new Map());
  return { clusters, listed: list === undefined ? undefined : names };
}

/** The clusters of the given names, or all there are; throws `cluster_parameter_invalid`. */
export function parseClusters({ clusters }: Parameters, names: string[] | undefined): Cluster[] {
  const wanted = new Set(names ?? clusters.keys());
  if (wanted.size === 0) throw invalid('there is no cluster under CLUSTERS_PATH');
  return [...wanted].map((name) => {
    const known = clusters.get(name);
    if (known !== undefined) return readCluster(name, known);
    const allowed = [...clusters.keys()].join(', ');
    throw invalid(`the secret's clusters names one that is not there, allowed are ${allowed}`);
  });
}

function readCluster(name: string, parameters: ReadonlyMap<string, string>): Cluster {
  if (parameters.size === 0)
    throw invalid(`${name} has no parameters under CLUSTERS_PATH`, MISSING);
  const unknown = [...parameters.keys()].find((key) => !Object.hasOwn(RULES, key));
  if (unknown !== undefined) {
    throw invalid(`${name}/${unknown} is unknown, allowed are ${Object.keys(RULES).join(', ')}`);
  }
  const broken = findViolation(Object.fromEntries(parameters), RULES);
  if (broken !== undefined) throw invalid(`${name}/${broken}`);
  const origins = split(parameters.get('api-endpoints') ?? '').map((one) => new URL(one));
  const serverName = parameters.get('server-name');
  const hosts = parameters.get('database-hosts');
  const ours = [
    ...origins.map(({ origin }) => apiEndpoint(origin).host),
    ...(serverName === undefined ? [] : [serverName]),
  ];
  return {
    name,
    apiEndpoints: origins.map(({ origin }) => origin),
    caCertificate: parameters.get('ca-certificate'),
    serverName,
    adminSecretArn: parameters.get('admin-secret-arn'),
    clientCertificateSecretArn: parameters.get('client-certificate-secret-arn'),
    databaseHosts: hosts === undefined ? ours.flatMap((host) => [host, `.${host}`]) : split(hosts),
  };
}

function split(list: string): string[] {
  return list.split(',').map((text) => text.trim());
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

function isCertificateBundle(text: string): boolean {
  try {
    return parseCertificates(text).length > 0;
  } catch {
    return false;
  }
}

function invalid(what: string, hint?: string): RotationError {
  return new RotationError('cluster_parameter_invalid', `cluster parameters: ${what}`, { hint });
}
