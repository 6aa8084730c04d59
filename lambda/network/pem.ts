import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

/** The blocks of a PEM bundle, with or without a line break between them. */
function blocksOf(bundle: string): string[] {
  return bundle.split(/(?=-----BEGIN )/).filter((block) => block.startsWith('-----BEGIN '));
}

/** Parses the certificates in a PEM bundle. Throws an error of Node.js if one is invalid. */
export function parseCertificates(bundle: string): X509Certificate[] {
  return blocksOf(bundle).flatMap((block) => parseBlock(block) ?? []);
}

/** Returns undefined if a block has another type. */
function parseBlock(block: string): X509Certificate | undefined {
  const [pem] = CERTIFICATE.exec(block) ?? [];
  return pem === undefined ? undefined : new X509Certificate(pem);
}

/** Describes the first block of a bundle that is no certificate; undefined if all are. */
export function findBrokenBlock(bundle: string): string | undefined {
  const blocks = blocksOf(bundle);
  if (blocks.length === 0) return 'a string without a PEM block';
  const ends = bundle.split('-----END ').length - 1;
  if (ends > blocks.length) return `a bundle with ${blocks.length} BEGIN and ${ends} END lines`;
  const at = blocks.findIndex((block) => !isCertificate(block));
  return at === -1 ? undefined : `a bundle whose block ${at + 1} of ${blocks.length} is invalid`;
}

function isCertificate(block: string): boolean {
  try {
    return parseBlock(block) !== undefined;
  } catch {
    return false;
  }
}
