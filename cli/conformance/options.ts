import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { errorCode } from '../../lambda/errors.ts';
import { type Endpoint, parseEndpoint } from '../../lambda/network/endpoint.ts';
import { parseCertificates } from '../../lambda/network/pem.ts';

const PASSWORD_VARIABLE = 'REDIS_ENTERPRISE_PASSWORD';
const EXPIRED_PASSWORD_VARIABLE = 'REDIS_ENTERPRISE_EXPIRED_PASSWORD';

export const USAGE = `usage: npm run conformance -- --api https://host:9443 --admin NAME [--ca FILE]
       [--server-name NAME] [--database host:port [--plain]]
       [--default-user host:port] [--expired NAME] [--json]
The command prompts for the admin's password, or reads it from
${PASSWORD_VARIABLE}. It creates users named rotation-conformance-*,
tries the password API on them, and deletes them.
--plain    the database does not use TLS
--default-user  a database that asks for a password: adds passwords
           to its default user, and deletes them
--expired  a user whose password has expired; set the password in
           ${EXPIRED_PASSWORD_VARIABLE}`;

/** The command line is invalid: show the usage. */
export class UsageError extends Error {}

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

/**
 * Reads the command line; undefined for `--help`.
 * @throws UsageError
 */
export function readOptions(args: string[], environment: NodeJS.ProcessEnv): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
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
    json,
  };
}

function readDatabase(
  option: string,
  text: string | undefined,
  isPlain: boolean,
): (Endpoint & { isPlain: boolean }) | undefined {
  if (text === undefined) return undefined;
  const endpoint = parseEndpoint(text);
  if (endpoint !== undefined) return { ...endpoint, isPlain };
  throw new UsageError(`${option} is ${text}, allowed is host:port`);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        api: { type: 'string' },
        admin: { type: 'string' },
        ca: { type: 'string' },
        'server-name': { type: 'string' },
        database: { type: 'string' },
        'default-user': { type: 'string' },
        plain: { type: 'boolean', default: false },
        expired: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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
