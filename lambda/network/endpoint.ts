import { isIP } from 'node:net';

/** A host and a port. An IPv6 host has no brackets. */
export type Endpoint = { host: string; port: number };

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i;
const PORT_MAX = 65_535;

/** Parses `host:port` or `[IPv6]:port`; returns undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = parsePort(digits);
  if (host === undefined || port === undefined || !isHost(host)) return undefined;
  return bracketed !== undefined && isIP(bracketed) !== 6 ? undefined : { host, port };
}

/** Parses a port: a number or, from the key/value editor of AWS's console, digits. */
export function parsePort(seen: unknown): number | undefined {
  const port = typeof seen === 'string' && /^\d{1,5}$/.test(seen) ? Number(seen) : seen;
  if (typeof port !== 'number' || !Number.isInteger(port)) return undefined;
  return port >= 1 && port <= PORT_MAX ? port : undefined;
}

/** A zone id, as in `fe80::1%eth0`, has a meaning on one machine only. */
export function isHost(text: string): boolean {
  return (isIP(text) !== 0 && !text.includes('%')) || HOST_NAME.test(text);
}

/** Describes what is often wrong with a host, without its content. */
export function describeHost(text: string): string | undefined {
  return parseEndpoint(text) === undefined ? undefined : 'a host with a port';
}

/** Formats an endpoint for messages. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Returns the TLS name of a database. A certificate of Redis Enterprise names no IP address. */
export function serverNameOf(
  { host }: Endpoint,
  ofCluster: string | undefined,
): string | undefined {
  return isIP(host) === 0 ? host : ofCluster;
}

/** Returns the endpoint of an origin such as `https://redis.example.com:9443`. */
export function apiEndpoint(origin: string): Endpoint {
  const { hostname, port } = new URL(origin);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}

/** Normalizes a host: the case of a name and the notation of an IPv6 address do not matter. */
export function canonicalHost(host: string): string {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host.toLowerCase();
}

/**
 * Returns how specifically an entry of database-hosts, a host or a suffix that starts with a dot,
 * matches a host: more for a longer entry, most for the host itself, 0 for no match.
 */
function hostSpecificity(host: string, entry: string): number {
  const name = canonicalHost(host);
  const pattern = canonicalHost(entry);
  if (pattern.startsWith('.')) return name.endsWith(pattern) ? pattern.length : 0;
  return name === pattern ? pattern.length + 1 : 0;
}

/** Returns the clusters whose database-hosts match a host best: the host itself, or its suffix. */
export function bestMatches<T extends { databaseHosts: string[] }>(
  host: string,
  clusters: T[],
): T[] {
  const specificityOf = ({ databaseHosts }: T) =>
    Math.max(0, ...databaseHosts.map((entry) => hostSpecificity(host, entry)));
  const best = Math.max(1, ...clusters.map(specificityOf));
  return clusters.filter((cluster) => specificityOf(cluster) === best);
}
