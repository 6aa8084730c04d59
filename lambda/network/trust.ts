import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { errorCode, RotationError } from '../errors.ts';

// OpenSSL's and Node.js' codes that the usual hint does not fit.
const HINTS: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    'name the host as the certificate does; for the API or an IP address, set server-name',
  CERT_HAS_EXPIRED: 'renew the certificate on the cluster, then update ca-certificate',
  CERT_NOT_YET_VALID: 'check the clocks of the cluster, or wait until the certificate is valid',
};

const UNTRUSTED =
  /^(UNABLE_TO_(GET|VERIFY|DE)|CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

// The alerts with which a server ends mutual TLS; TLS 1.2 has no other word for a missing one.
const REFUSES_OURS = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/;

/**
 * `certificate_refused`, or `client_certificate_invalid`, where a connection failed of that.
 * Neither is retried.
 */
export function toCertificateError(where: string, cause: unknown): RotationError | undefined {
  const code = errorCode(cause);
  if (code !== undefined && REFUSES_OURS.test(code)) {
    const what =
      `${where} ended the TLS handshake: it asks for a client certificate, refuses ours, or ` +
      `has no cipher or name in common with us: ${code}`;
    return new RotationError('client_certificate_invalid', what, { cause });
  }
  if (code === undefined || !UNTRUSTED.test(code)) return undefined;
  const what = `the TLS certificate of ${where} is not trusted: ${code}`;
  return new RotationError('certificate_refused', what, { cause, hint: HINTS[code] });
}

/** The certificates in a PEM bundle. */
export function parseCertificates(bundle: string): X509Certificate[] {
  const found = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.map((pem) => new X509Certificate(pem));
}

/** How to verify a server, and what to show it, in PEM. */
export type TlsMaterial = {
  /** A bundle, trusted for the API and the databases; absent: the public CAs. */
  caCertificate: string | undefined;
  clientCertificate?: { cert: string; key: string } | undefined;
  /** The name in the server's certificate, if it is not the host. */
  serverName: string | undefined;
};

/**
 * Returns what each connection trusts and shows. Always verifies, because an environment
 * variable can change the default of Node.js. Each certificate of a bundle is an anchor of its own:
 * several may have one name, of which OpenSSL would look at the first one only.
 */
export function tlsOptions({ caCertificate, clientCertificate, serverName = '' }: TlsMaterial) {
  // The certificates of Redis Enterprise name no IP address.
  const isName = serverName !== '' && isIP(serverName) === 0;
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    ...(caCertificate && { ca: caCertificate, allowPartialTrustChain: true }),
    ...clientCertificate,
    ...(isName && { servername: serverName }),
  };
}
