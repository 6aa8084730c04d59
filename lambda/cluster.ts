import { isIP } from 'node:net';
import { certificatesIn, type Pems } from './certificate.ts';
import { apiEndpoint, isHost } from './endpoint.ts';
import { RotationError } from './errors.ts';
import { SECRET_ARN } from './event.ts';
import { brokenRule, type Rule, text } from './rules.ts';

/** The parameters of every cluster, by the cluster's name and the parameter's. */
export type Parameters = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** How to reach a cluster and what to trust. */
export type Cluster = Pems & {
  name: string;
  /** Origins such as `https://redis.example.com:9443`, tried in order. */
  apiEndpoints: string[];
  /** The TLS name where an endpoint's host is not it. */
  serverName: string | undefined;
  adminSecretArn: string | undefined;
  /** JSON with `certificate` and `privateKey`, for mutual TLS. */
  clientCertificateSecretArn: string | undefined;
  /** Names, or suffixes that start with a dot, that a secret's endpoints may have. */
  databaseHosts: string[];
};

const ORIGINS = 'a list of https://host:port';
const HOSTS = 'a list of host names or .suffixes';

/** What each parameter may be. */
const RULES: Record<string, Rule> = {
  'api-endpoints': text(ORIGINS, (list) => split(list).every(isOrigin), true),
  'ca-certificate': text('a bundle of PEM certificates', isCertificateBundle),
  'server-name': text('a host name', (seen) => isHost(seen) && isIP(seen) === 0),
  'admin-secret-arn': text('the ARN of a secret', (seen) => SECRET_ARN.test(seen)),
  'client-certificate-secret-arn': text('the ARN of a secret', (seen) => SECRET_ARN.test(seen)),
  'database-hosts': text(HOSTS, (list) => split(list).every(isHostOrSuffix)),
};

/** The clusters of the given names, or all there are; throws `cluster_parameter_invalid`. */
export function readClusters(parameters: Parameters, names: string[] | undefined): Cluster[] {
  const wanted = new Set(names ?? parameters.keys());
  if (wanted.size === 0) throw invalid('there is no cluster under CLUSTERS_PATH');
  return [...wanted].map((name) => {
    const known = parameters.get(name);
    if (known !== undefined) return readCluster(name, known);
    throw invalid(`there is no cluster ${name}, allowed are ${[...parameters.keys()].join(', ')}`);
  });
}

function readCluster(name: string, parameters: ReadonlyMap<string, string>): Cluster {
  const unknown = [...parameters.keys()].find((key) => !Object.hasOwn(RULES, key));
  if (unknown !== undefined) {
    throw invalid(`${name}/${unknown} is unknown, allowed are ${Object.keys(RULES).join(', ')}`);
  }
  const broken = brokenRule(Object.fromEntries(parameters), RULES);
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
    return certificatesIn(text).length > 0;
  } catch {
    return false;
  }
}

function invalid(what: string): RotationError {
  return new RotationError('cluster_parameter_invalid', `cluster parameters: ${what}`);
}
