import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { parseObject } from '../json.ts';
import { parseCertificates } from '../network/trust.ts';
import type { Cluster } from './parameters.ts';
import { readReferencedSecret } from './referenced-secret.ts';

/**
 * A cluster with the client certificate that its parameters name, for mutual TLS with its API and
 * its databases. The secret is `{ "certificate": PEM, "privateKey": PEM }`. Throws
 * `client_certificate_invalid`.
 */
export async function withClientCertificate(cluster: Cluster, edges: Context): Promise<Cluster> {
  const { name, clientCertificateSecretArn } = cluster;
  if (clientCertificateSecretArn === undefined) return cluster;
  const { text } = await readReferencedSecret(clientCertificateSecretArn, edges);
  const { certificate, privateKey } = parseObject(text) ?? {};
  if (typeof privateKey !== 'string') throw invalid(name, 'privateKey is not a string');
  edges.registerSecret(privateKey);
  if (typeof certificate !== 'string') throw invalid(name, 'certificate is not a string');
  const wrong = findFault(certificate, privateKey, edges.now());
  if (wrong !== undefined) throw invalid(name, wrong);
  return { ...cluster, clientCertificate: { cert: certificate, key: privateKey } };
}

/** What a server would refuse without saying why. */
function findFault(certificate: string, privateKey: string, now: number): string | undefined {
  try {
    const [leaf] = parseCertificates(certificate);
    if (leaf === undefined) return 'certificate has no PEM certificate';
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) {
      return 'privateKey is not the key of certificate';
    }
    // What TLS cannot use, such as a key before its certificate, fails here, not in a connection.
    createSecureContext({ cert: certificate, key: privateKey });
    return leaf.validToDate.getTime() < now ? `certificate expired ${leaf.validTo}` : undefined;
  } catch {
    return 'certificate or privateKey is not PEM without a passphrase';
  }
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('client_certificate_invalid', `cluster ${cluster}: ${what}`);
}
