import { isIP } from 'node:net';
import { Token } from 'aws-cdk-lib';

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i;

export const PORT_MAX = 65_535;

/** Whether a text is a host name, an IP address, or a token that may be either. */
export function isHost(text: string): boolean {
  return Token.isUnresolved(text) || isIP(text) !== 0 || HOST_NAME.test(text);
}

/** The host and the port of `https://host:port`; undefined where it is not that. */
export function readOrigin(origin: string): { host: string; port: number } | undefined {
  const [, host, digits] =
    /^https:\/\/(\[[^\]]+\]|[^/:@?#,\s]+)(?::(\d{1,5}))?$/.exec(origin) ?? [];
  if (host === undefined || !isHost(host.replace(/^\[|\]$/g, ''))) return undefined;
  const port = Number(digits ?? 443);
  // The port of a token is not known here, and the way to it would stay closed.
  if (port > PORT_MAX || (digits === undefined && Token.isUnresolved(origin))) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
