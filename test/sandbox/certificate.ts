import { generate } from 'selfsigned';

/** PEM texts. */
export type Certificate = { cert: string; key: string };

type CertificateOptions = {
  /** The CA that signs it; default: self-signed. */
  ca?: Certificate;
  /** Further names. */
  names?: string[];
  /** The size of an RSA key, in bits; default: a key on an elliptic curve. */
  rsaBits?: number;
  /** Default: sha256. */
  algorithm?: 'sha1' | 'sha256';
  /** Whether it is for TLS clients only; default false. */
  clientOnly?: boolean;
  notBefore?: Date;
  notAfter?: Date;
};

const YEAR_MS = 365 * 86_400_000;

/**
 * Makes a certificate as a cluster does: self-signed for a year, for the cluster's name and every
 * name below it, without an IP address. A real one has an RSA key, which takes longer to make.
 */
export async function makeCertificate(
  clusterName: string,
  options: CertificateOptions = {},
): Promise<Certificate> {
  const { ca, names = [], rsaBits, algorithm = 'sha256', clientOnly = false } = options;
  const { notBefore, notAfter } = options;
  const subject = [
    { shortName: 'CN', value: clusterName },
    { shortName: 'OU', value: 'redisdb' },
    { shortName: 'O', value: 'RedisLabs Enterprise Cluster' },
  ];
  const { cert, private: key } = await generate(subject, {
    ...(rsaBits === undefined ? { keyType: 'ec' } : { keyType: 'rsa', keySize: rsaBits }),
    algorithm,
    notBeforeDate: notBefore ?? new Date(),
    notAfterDate: notAfter ?? new Date(Date.now() + YEAR_MS),
    ...(ca && { ca }),
    extensions: [
      { name: 'extKeyUsage', serverAuth: !clientOnly, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: clusterName },
          { type: 2, value: `*.${clusterName}` },
          ...names.map((value) => ({ type: 2 as const, value })),
        ],
      },
    ],
  });
  return { cert, key };
}

/** Returns the TLS options of a server that requires client certificates of a CA. */
export const mutualTls = (authority: Certificate | undefined) =>
  authority && { requestCert: true, ca: authority.cert };

/** Makes a private certificate authority. */
export async function makeAuthority(name: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ shortName: 'CN', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + YEAR_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}
