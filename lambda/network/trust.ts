import { isIP } from 'node:net';
import { errorCode, RotationError } from '../errors.ts';
import { type Endpoint, serverNameOf } from './endpoint.ts';
import { parseCertificates } from './pem.ts';

// Codes of OpenSSL and Node.js that need another hint than their error code has.
const HINTS: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    'name the host as the certificate does; for the API or an IP address, set server-name',
  CERT_HAS_EXPIRED: 'renew the certificate on the cluster, then update ca-certificate',
  INVALID_PURPOSE:
    'issue a certificate for TLS servers (extended key usage serverAuth), from a CA certificate',
  CERT_NOT_YET_VALID: 'check the clocks of the cluster, or wait until the certificate is valid',
};

const UNTRUSTED =
  /^(UNSPECIFIED$|UNABLE_TO_(GET|VERIFY|DE)|CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

// The alerts with which a server ends mutual TLS.
const OURS_REJECTED = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/;
// TLS 1.2 has one alert for a client certificate that is missing, and for all that is not shared.
const FAILURE_HINT =
  'if the server requires a client certificate, set client-certificate-secret-arn; otherwise ' +
  'give it a certificate with RSA 2048 or more, or ECDSA P-256 or more, and ciphers of TLS 1.2';

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
    const hint = code.endsWith('HANDSHAKE_FAILURE') ? FAILURE_HINT : undefined;
    return new RotationError('client_certificate_invalid', what, { cause, hint });
  }
  if (code === undefined || !UNTRUSTED.test(code)) return undefined;
  const reason = code === 'UNSPECIFIED' ? unspecifiedReason(cause) : undefined;
  const shown = reason === undefined ? code : reason.what;
  const what = `the TLS certificate of ${where} is not trusted: ${shown}`;
  return new RotationError('certificate_refused', what, {
    cause,
    hint: reason?.hint ?? HINTS[code],
  });
}

const REISSUE = 'issue a certificate with RSA 2048 or more, or ECDSA, and SHA-256 or more';
const OTHER_CA = 'let a CA whose name constraints permit the host issue the certificate';

// OpenSSL's texts for faults that Node.js has no code for.
// https://docs.openssl.org/3.5/man3/X509_STORE_CTX_get_error/
const UNSPECIFIED: Record<string, { what: string; hint: string }> = {
  'EE certificate key too weak': { what: 'its key is too weak', hint: REISSUE },
  'CA certificate key too weak': { what: 'the key of its CA is too weak', hint: REISSUE },
  'CA signature digest algorithm too weak': {
    what: 'its signature algorithm is too weak, such as SHA-1',
    hint: REISSUE,
  },
  'permitted subtree violation': {
    what: 'the name constraints of its CA do not permit the name',
    hint: OTHER_CA,
  },
  'excluded subtree violation': {
    what: 'the name constraints of its CA exclude the name',
    hint: OTHER_CA,
  },
};

/** Returns the reason for a fault without a code of Node.js. Shows no other text of OpenSSL. */
function unspecifiedReason(cause: unknown): { what: string; hint?: string } {
  const text = cause instanceof Error ? cause.message : '';
  return (
    (Object.hasOwn(UNSPECIFIED, text) ? UNSPECIFIED[text] : undefined) ?? {
      what: 'OpenSSL rejects it for another reason',
      hint: 'run openssl verify on the certificate and the bundle, then issue another certificate',
    }
  );
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
    ...(caCertificate && {
      ca: parseCertificates(caCertificate).map(String),
      allowPartialTrustChain: true,
    }),
    ...clientCertificate,
    ...(isName && { servername: serverName }),
  };
}
