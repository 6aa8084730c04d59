import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { errorCode, RotationError } from '../errors.ts';
import { type Endpoint, serverNameOf } from './endpoint.ts';

// Codes of OpenSSL and Node.js that need another hint than their error code has.
const HINTS: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    'name the host as the certificate does; for the API or an IP address, set server-name',
  CERT_HAS_EXPIRED: 'renew the certificate on the cluster, then update ca-certificate',
  CERT_NOT_YET_VALID: 'check the clocks of the cluster, or wait until the certificate is valid',
};

const UNTRUSTED =
  /^(UNABLE_TO_(GET|VERIFY|DE)|CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

// The alerts with which a server ends mutual TLS. TLS 1.2 has no alert for a missing certificate.
const OURS_REJECTED = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/;

/**
 * Returns `certificate_refused` or `client_certificate_invalid` if a connection failed for that
 * reason. A retry does not help with either.
 */
export function toCertificateError(where: string, cause: unknown): RotationError | undefined {
  const code = errorCode(cause);
  if (code !== undefined && OURS_REJECTED.test(code)) {
    const what =
      `${where} ended the TLS handshake: it requires a client certificate, rejects that of the ` +
      `function, or shares no cipher or name with it: ${code}`;
    return new RotationError('client_certificate_invalid', what, { cause });
  }
  if (code === undefined || !UNTRUSTED.test(code)) return undefined;
  const what = `the TLS certificate of ${where} is not trusted: ${code}`;
  return new RotationError('certificate_refused', what, { cause, hint: HINTS[code] });
}

/** Parses the certificates in a PEM bundle. Throws an error of Node.js if one is invalid. */
export function parseCertificates(bundle: string): X509Certificate[] {
  const found = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.map((pem) => new X509Certificate(pem));
}

/** What verifies a server, and what authenticates the function; in PEM. */
export type TlsMaterial = {
  /** A bundle that is trusted for the API and the databases. Default: the public CAs. */
  caCertificate: string | undefined;
  clientCertificate?: { cert: string; key: string } | undefined;
  /** The name in the server's certificate, if it is not the host. */
  serverName: string | undefined;
};

/** Returns what verifies a database of a cluster: its certificate names the host. */
export function databaseTls(endpoint: Endpoint, cluster: TlsMaterial): TlsMaterial {
  return { ...cluster, serverName: serverNameOf(endpoint, cluster.serverName) };
}

/**
 * Returns the TLS options of each connection. Verification is explicit, because an environment
 * variable can change the default of Node.js. Each certificate of a bundle is a trust anchor: of
 * several certificates with one name, OpenSSL would use only the first.
 */
export function tlsOptions({ caCertificate, clientCertificate, serverName = '' }: TlsMaterial) {
  // A certificate of Redis Enterprise names no IP address.
  const isName = serverName !== '' && isIP(serverName) === 0;
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    ...(caCertificate && { ca: caCertificate, allowPartialTrustChain: true }),
    ...clientCertificate,
    ...(isName && { servername: serverName }),
  };
}
