import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Parameters } from './clusters.ts';
import { isHost } from './endpoint.ts';
import { RotationError } from './errors.ts';

/** How to reach a cluster and what to trust. */
export type Cluster = {
  name: string;
  /** Origins such as `https://redis.example.com:9443`, tried in order. */
  apiEndpoints: string[];
  /** PEM bundle trusted for the API and the databases; absent: the public CAs. */
  caCertificate: string | undefined;
  /** The TLS name where an endpoint's host is not it. */
  serverName: string | undefined;
  adminSecretArn: string | undefined;
  /** Names, or suffixes that start with a dot, that a secret's endpoints may have. */
  databaseHosts: string[];
};

const PARAMETER_NAMES = [
  'api-endpoints',
  'ca-certificate',
  'server-name',
  'admin-secret-arn',
  'database-hosts',
];

/** The clusters of the given names, or all there are; throws `cluster_parameter_invalid`. */
export function readClusters(parameters: Parameters, names: string[] | undefined): Cluster[] {
  const wanted = names ?? [...parameters.keys()];
  if (wanted.length === 0) {
    throw invalid('$CLUSTERS_PATH', 'holds no cluster', 'at least one with api-endpoints');
  }
  return [...new Set(wanted)].map((name) => {
    const known = parameters.get(name);
    if (known !== undefined) return readCluster(name, known);
    throw invalid(name, 'is in no parameter', `one of ${[...parameters.keys()].join(', ')}`);
  });
}

function readCluster(name: string, parameters: ReadonlyMap<string, string>): Cluster {
  const unknown = [...parameters.keys()].find((key) => !PARAMETER_NAMES.includes(key));
  if (unknown !== undefined) {
    throw invalid(`${name}/${unknown}`, 'is unknown', PARAMETER_NAMES.join(', '));
  }
  const checked = (key: string, allowed: string, accepts: (value: string) => boolean) => {
    const value = parameters.get(key);
    if (value === undefined || accepts(value)) return value;
    throw invalid(`${name}/${key}`, 'is something else', allowed);
  };
  const list = (key: string, allowed: string, accepts: (value: string) => boolean) =>
    checked(key, allowed, (text) => split(text).every(accepts));
  const apiEndpoints = list('api-endpoints', 'a list of https://host:port', isOrigin);
  if (apiEndpoints === undefined) {
    throw invalid(`${name}/api-endpoints`, 'is absent', 'a list of https://host:port');
  }
  const origins = split(apiEndpoints).map((text) => new URL(text));
  const serverName = checked('server-name', 'a host name', isServerName);
  const hosts = list('database-hosts', 'a list of host names or .suffixes', isHostOrSuffix);
  return {
    name,
    apiEndpoints: origins.map(({ origin }) => origin),
    caCertificate: checked('ca-certificate', 'a bundle of PEM certificates', isCertificateBundle),
    serverName,
    adminSecretArn: checked('admin-secret-arn', 'the ARN of a secret', isSecretArn),
    databaseHosts:
      hosts === undefined
        ? [...origins.map(hostOf), serverName ?? []].flat().flatMap((host) => [host, `.${host}`])
        : split(hosts),
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

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function isServerName(text: string): boolean {
  return isHost(text) && isIP(text) === 0;
}

function isHostOrSuffix(text: string): boolean {
  return isHost(text.replace(/^\./, ''));
}

function isSecretArn(text: string): boolean {
  return /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/.test(text);
}

function isCertificateBundle(text: string): boolean {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (certificates === null) return false;
  try {
    return certificates.every((pem) => new X509Certificate(pem).subject !== undefined);
  } catch {
    return false;
  }
}

function invalid(parameter: string, seen: string, allowed: string): RotationError {
  return new RotationError(
    'cluster_parameter_invalid',
    `cluster parameter ${parameter} ${seen}, allowed is ${allowed}`,
    'correct it with put-parameter; the function reads it again within 5 minutes',
  );
}
