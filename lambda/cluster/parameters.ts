import { isIP } from 'node:net';
import { SECRET_ARN } from '../event.ts';
import { findViolation, type Rule, stringListRule, stringRule } from '../field-rules.ts';
import { apiEndpoint, describeHost, isHost } from '../network/endpoint.ts';
import { findBrokenBlock } from '../network/pem.ts';
import type { TlsMaterial } from '../network/trust.ts';
import { type ClusterParameters, checkType, invalid, split } from './stored-parameters.ts';

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

/** Returns the rule for a StringList, whose items are in one text. */
function textListRule(
  allowed: string,
  accepts: (item: string) => boolean,
  describe?: (item: string) => string | undefined,
): Rule {
  const rule = stringListRule(allowed, accepts, { ...(describe && { describe }) });
  const itemsOf = (seen: unknown) => (typeof seen === 'string' ? split(seen) : seen);
  return {
    allowed,
    accepts: (seen) => rule.accepts(itemsOf(seen)),
    describe: (seen) => rule.describe?.(itemsOf(seen)),
  };
}

const RULES: Record<string, Rule> = {
  'api-endpoints': { ...textListRule(ORIGINS, isOrigin, describeHost), required: true },
  'ca-certificate': stringRule(
    'a bundle of PEM certificates',
    (seen) => findBrokenBlock(seen) === undefined,
    false,
    findBrokenBlock,
  ),
  'server-name': stringRule(
    'a host name',
    (seen) => isHost(seen) && isIP(seen) === 0,
    false,
    describeHost,
  ),
  'admin-secret-arn': stringRule('the ARN of a secret', (seen) => SECRET_ARN.test(seen)),
  'client-certificate-secret-arn': stringRule('the ARN of a secret', (seen) =>
    SECRET_ARN.test(seen),
  ),
  'database-hosts': textListRule(HOSTS, isHostOrSuffix, describeHost),
};

/**
 * Parses the parameters of the named clusters; without names, of all clusters.
 * @throws `cluster_parameter_invalid`
 */
export function parseClusters(
  { clusters, secureStrings }: ClusterParameters,
  names: string[] | undefined,
): Cluster[] {
  const wanted = new Set(names ?? clusters.keys());
  if (wanted.size === 0) throw invalid('there is no cluster under CLUSTERS_PATH');
  return [...wanted].map((name) => {
    const known = clusters.get(name);
    for (const key of known?.keys() ?? []) checkType(`${name}/${key}`, secureStrings);
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

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  const isBare = pathname === '/' && `${search}${hash}${username}${password}` === '';
  return protocol === 'https:' && isBare && isHost(apiEndpoint(text).host);
}

function isHostOrSuffix(text: string): boolean {
  return isHost(text.replace(/^\./, ''));
}
