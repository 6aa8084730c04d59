import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorCode, RotationError } from '../errors.ts';
import { parseObject } from '../json.ts';
import { parseCertificates } from '../network/pem.ts';
import type { Cluster } from './parameters.ts';
import { type ReferencedSecretContext, readReferencedSecret } from './referenced-secret.ts';

/**
 * Returns a cluster with the client certificate that its parameters name, for mutual TLS with the
 * API and the databases. The secret is `{ "certificate": PEM, "privateKey": PEM }`.
 * @throws `client_certificate_invalid`
 */
export async function withClientCertificate(
  cluster: Cluster,
  context: ReferencedSecretContext & { now: () => number },
): Promise<Cluster> {
  const { name, clientCertificateSecretArn } = cluster;
  if (clientCertificateSecretArn === undefined) return cluster;
  const { text } = await readReferencedSecret(clientCertificateSecretArn, context);
  const { certificate, privateKey } = parseObject(text) ?? {};
  if (typeof privateKey !== 'string') throw invalid(name, 'privateKey is not a string');
  context.registerSecret(privateKey);
  if (typeof certificate !== 'string') throw invalid(name, 'certificate is not a string');
  const fault = findFault(certificate, privateKey, context.now());
  if (fault !== undefined) throw invalid(name, fault);
  return { ...cluster, clientCertificate: { cert: certificate, key: privateKey } };
}

/** Finds a fault that a server rejects without an explanation. */
function findFault(certificate: string, privateKey: string, now: number): string | undefined {
  try {
    const [leaf] = parseCertificates(certificate);
    if (leaf === undefined) return 'certificate has no PEM certificate';
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) {
      return 'privateKey is not the key of certificate';
    }
    // Fails for anything else that TLS cannot use, such as a key before its certificate.
    createSecureContext({ cert: certificate, key: privateKey });
    return leaf.validToDate.getTime() < now ? `certificate expired ${leaf.validTo}` : undefined;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (/^ERR_SSL_/.test(code)) return `TLS rejects the certificate: ${code}`;
    return 'certificate or privateKey is not PEM without a passphrase';
  }
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('client_certificate_invalid', `cluster ${cluster}: ${what}`);
}
