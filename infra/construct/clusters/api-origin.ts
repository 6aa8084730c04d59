import { type Endpoint, isHost, parsePort } from '../../../lambda/network/endpoint.ts';
import { isLate } from '../cdk/late-text.ts';

export const HTTPS_PORT = 443;
/** The default port of the REST API. */
export const API_PORT = 9_443;

// The name of a parameter has slashes.
const ORIGIN =
  /^https:\/\/(?:\[([^\]]+)\]|([^:/@?#,\s]+|dummy-value-for-[\w./-]+))(?::(\d{1,5}))?$/;

/** Returns whether a text is a host name or an IP address, or is known only later. */
export function isHostOrLate(text: string): boolean {
  return isLate(text) || isHost(text);
}

/**
 * Returns the endpoint of `https://host:port`, else undefined. The host may be known only later. If
 * the whole text is, the port is the default port of the REST API.
 */
export function parseOrigin(origin: string): Endpoint | undefined {
  if (isLate(origin) && !/:\/\/|@/.test(origin)) return { host: origin, port: API_PORT };
  const [, bracketed, plain, digits] = ORIGIN.exec(origin) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || !isHostOrLate(host)) return undefined;
  const port = parsePort(digits ?? HTTPS_PORT);
  return port === undefined ? undefined : { host, port };
}
