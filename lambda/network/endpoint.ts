import { isIP } from 'node:net';

/** A database endpoint. IPv6 hosts are without brackets. */
export type Endpoint = { host: string; port: number };

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i;
const PORT_MAX = 65_535;

/** Reads `host:port` or `[IPv6]:port`; undefined where it is neither. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = parsePort(digits);
  if (host === undefined || port === undefined || !isHost(host)) return undefined;
  return bracketed !== undefined && isIP(bracketed) !== 6 ? undefined : { host, port };
}

/** A port as a number or, as the console's key/value editor writes it, as digits. */
export function parsePort(seen: unknown): number | undefined {
  const port = typeof seen === 'string' && /^\d{1,5}$/.test(seen) ? Number(seen) : seen;
  if (typeof port !== 'number' || !Number.isInteger(port)) return undefined;
  return port >= 1 && port <= PORT_MAX ? port : undefined;
}

export function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

/** `host:port` for messages. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The TLS name of a database: a certificate of Redis Enterprise names no IP address. */
export function serverNameOf(
  { host }: Endpoint,
  ofCluster: string | undefined,
): string | undefined {
  return isIP(host) === 0 ? host : ofCluster;
}

/** The endpoint of an API's origin. */
export function apiEndpoint(origin: string): Endpoint {
  const { hostname, port } = new URL(origin);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}

/** A host for comparing: names are equal whatever their case, IPv6 addresses however spelt. */
export function canonicalHost(host: string): string {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host.toLowerCase();
}
