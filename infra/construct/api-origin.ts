import { Token } from 'aws-cdk-lib';
import { type Endpoint, isHost, parsePort } from '../../lambda/network/endpoint.ts';

const HTTPS_PORT = 443;

/** Returns whether a text is a host name, an IP address, or a CDK token. */
export function isHostOrToken(text: string): boolean {
  return Token.isUnresolved(text) || isHost(text);
}

/** Returns the endpoint of `https://host:port`, whose host may be a token; else undefined. */
export function parseOrigin(origin: string): Endpoint | undefined {
  const [, bracketed, plain, digits] =
    /^https:\/\/(?:\[([^\]]+)\]|([^/:@?#,\s]+))(?::(\d{1,5}))?$/.exec(origin) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || !isHostOrToken(host)) return undefined;
  // A token may hide a port, for which the security group would not open.
  if (digits === undefined && Token.isUnresolved(origin)) return undefined;
  const port = parsePort(digits ?? HTTPS_PORT);
  return port === undefined ? undefined : { host, port };
}
