import { createPrivateKey, type X509Certificate } from 'node:crypto';
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
  const chain = attempt(() => parseCertificates(certificate));
  if (chain === undefined) throw invalid(name, `certificate ${NOT_PEM}`);
  // Parsed, it has the line breaks between certificates that OpenSSL requires.
  const clientCertificate = { cert: chain.join(''), key: privateKey };
  const fault = findFault(chain, clientCertificate, context.now());
  if (fault !== undefined) throw invalid(name, fault);
  return { ...cluster, clientCertificate };
}

/** Finds a fault that a server rejects without an explanation. */
function findFault(
  [leaf]: X509Certificate[],
  pair: { cert: string; key: string },
  now: number,
): string | undefined {
  if (leaf === undefined) return 'certificate has no PEM certificate';
  const key = attempt(() => createPrivateKey(pair.key));
  if (key === undefined) return `privateKey ${NOT_PEM}, or has a passphrase`;
  if (!leaf.checkPrivateKey(key)) return 'privateKey is not the key of certificate';
  if (leaf.validFromDate.getTime() > now) return `certificate is valid from ${leaf.validFrom}`;
  if (leaf.validToDate.getTime() < now) return `certificate expired ${leaf.validTo}`;
  try {
    // Fails for anything else that TLS cannot use, such as a key that is too weak.
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    return `TLS rejects the certificate: ${errorCode(error)}`;
  }
}

const NOT_PEM = 'is not PEM with its line breaks and no other spaces';

/** Returns undefined if the parser of Node.js throws. Its message may quote the key. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('client_certificate_invalid', `cluster ${cluster}: ${what}`);
}
