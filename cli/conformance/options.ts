import { readFileSync } from 'node:fs';
import { errorCode } from '../../lambda/errors.ts';
import { type Endpoint, parseEndpoint } from '../../lambda/network/endpoint.ts';
import { parseCertificates } from '../../lambda/network/pem.ts';
import { UsageError } from '../failure.ts';
import type { Values } from '../options.ts';

const PASSWORD_VARIABLE = 'REDIS_ENTERPRISE_PASSWORD';
const EXPIRED_PASSWORD_VARIABLE = 'REDIS_ENTERPRISE_EXPIRED_PASSWORD';

export type Options = {
  /** The API's origin. */
  api: string;
  admin: string;
  /** Undefined: prompt for it. */
  password: string | undefined;
  caCertificate: string | undefined;
  serverName: string | undefined;
  database: (Endpoint & { isPlain: boolean }) | undefined;
  defaultUser: (Endpoint & { isPlain: boolean }) | undefined;
  expired: { name: string; password: string } | undefined;
  json: boolean;
};

/** Reads the options of the command line. @throws UsageError */
export function readOptions(values: Values, environment: NodeJS.ProcessEnv): Options {
  const { api, admin, ca, 'server-name': serverName, database, plain, expired, json } = values;
  const isApi = api !== undefined && URL.canParse(api) && new URL(api).protocol === 'https:';
  if (!isApi || !admin) throw new UsageError('give --api https://host:9443 and --admin');
  const expiredPassword = environment[EXPIRED_PASSWORD_VARIABLE];
  if (expired !== undefined && !expiredPassword) {
    throw new UsageError(`--expired needs the password in ${EXPIRED_PASSWORD_VARIABLE}`);
  }
  return {
    api: new URL(api).origin,
    admin,
    password: environment[PASSWORD_VARIABLE] || undefined,
    caCertificate: ca === undefined ? undefined : readCertificates(ca),
    serverName,
    database: readDatabase('--database', database, plain),
    defaultUser: readDatabase('--default-user', values['default-user'], plain),
    expired: expired && expiredPassword ? { name: expired, password: expiredPassword } : undefined,
    json: json === true,
  };
}

function readDatabase(
  option: string,
  text: string | undefined,
  isPlain = false,
): (Endpoint & { isPlain: boolean }) | undefined {
  if (text === undefined) return undefined;
  const endpoint = parseEndpoint(text);
  if (endpoint !== undefined) return { ...endpoint, isPlain };
  throw new UsageError(`${option} is ${text}, allowed is host:port`);
}

function readCertificates(file: string): string {
  try {
    const bundle = readFileSync(file, 'utf8');
    if (parseCertificates(bundle).length > 0) return bundle;
  } catch (error) {
    throw new UsageError(
      `--ca ${file} cannot be read: ${errorCode(error) ?? 'no PEM certificate'}`,
    );
  }
  throw new UsageError(`--ca ${file} has no PEM certificate`);
}
