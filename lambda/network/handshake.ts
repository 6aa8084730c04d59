import { connect, type DetailedPeerCertificate } from 'node:tls';
import { codedError } from '../errors.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { lookupHost } from './resolve.ts';
import { type TlsMaterial, tlsOptions, toCertificateError } from './trust.ts';

// A handshake takes milliseconds. A server that sends nothing must not use up the invocation.
const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Opens a TLS connection and sends nothing. Returns when the first certificate expires, of the
 * server's chain and the client certificate, in milliseconds since the epoch.
 * @throws `certificate_refused`, `client_certificate_invalid`, or the error of the socket.
 */
export async function checkHandshake(endpoint: Endpoint, tls: TlsMaterial): Promise<number> {
  const socket = connect({ ...endpoint, ...tlsOptions(tls), lookup: lookupHost });
  const timer = setTimeout(() => {
    socket.destroy(codedError('ETIMEDOUT'));
  }, HANDSHAKE_TIMEOUT_MS);
  try {
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
    });
    const ownExpiry =
      socket.getX509Certificate()?.validToDate.getTime() ?? Number.POSITIVE_INFINITY;
    return Math.min(firstExpiry(socket.getPeerCertificate(true)), ownExpiry);
  } catch (error) {
    throw toCertificateError(formatEndpoint(endpoint), error) ?? error;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Returns the first expiry in a chain, which ends with a self-signed certificate. */
function firstExpiry(leaf: DetailedPeerCertificate): number {
  const seen: DetailedPeerCertificate[] = [];
  for (let one = leaf; one !== undefined && !seen.includes(one); one = one.issuerCertificate) {
    seen.push(one);
  }
  return Math.min(...seen.map(({ valid_to }) => Date.parse(valid_to)));
}
