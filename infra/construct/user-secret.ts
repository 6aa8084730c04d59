import { createHash } from 'node:crypto';
import { RemovalPolicy, SecretValue, Token } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type ClusterProps, databaseHostsOf } from './cluster-parameters.ts';
import { isHost, PORT_MAX, readOrigin } from './host.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import type { AdoptUserProps } from './secret-props.ts';

// Enough to tell the values of one user apart.
const HASH_CHARACTERS = 8;

// Redis Enterprise's own pattern, of which a tag can hold this much.
const USERNAME = /^[\w .:/=+\-@]{1,255}$/;

// What the function takes for a further field; any that is not named here may be anything.
const FIELDS: Record<string, (seen: unknown) => boolean> = {
  ssl: (seen) => typeof seen === 'boolean',
  endpoints: (seen) => portsIn(seen) !== undefined,
  email: (seen) => typeof seen === 'string' && /^[\w.+-]+@[\w.-]+$/.test(seen),
  // The first rotation adds a password to those that nobody has told us: as an administrator.
  login: (seen) => seen === 'admin',
  clusters: (seen) => Array.isArray(seen) && seen.length > 0,
  engine: (seen) => seen === 'redis-enterprise',
  username: () => false,
  host: () => false,
  port: () => false,
};

/**
 * Makes the secret of an existing user, with no password in it: the first rotation puts one. It is
 * kept when it leaves the app. Another value makes another secret, because CloudFormation would
 * write a changed one over AWSCURRENT, and with it over the password.
 */
export function createUserSecret(
  scope: Construct,
  id: string,
  props: AdoptUserProps,
  rotation: RedisEnterpriseRotationProps,
): ISecret {
  const { username, host, port, fields = {}, encryptionKey } = props;
  // In an order of its own, so that writing the same fields in another makes no other secret.
  const sorted = Object.entries(fields).sort(([one], [other]) => one.localeCompare(other));
  const value = JSON.stringify({ ...Object.fromEntries(sorted), username, host, port });
  check(id, props, value);
  checkClusters(id, props, rotation);
  const hash = createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARACTERS);
  return new Secret(scope, `${id}Secret${hash}`, {
    description: `Password of the Redis Enterprise user ${username}`,
    secretStringValue: SecretValue.unsafePlainText(value),
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  }) as ISecret;
}

/** The ports of a user's databases. */
export function databasePorts({ port, fields }: AdoptUserProps): number[] {
  return [port, ...(portsIn(fields?.endpoints) ?? [])];
}

/** The clusters that a user's secret names, if it names any. */
export function namedClusters({ fields }: AdoptUserProps): { clusters?: string[] } {
  return Array.isArray(fields?.clusters) ? { clusters: fields.clusters } : {};
}

function portsIn(endpoints: unknown): number[] | undefined {
  if (!Array.isArray(endpoints)) return undefined;
  const ports = endpoints.map((one) => readOrigin(`https://${one}`)?.port);
  return ports.every((port) => port !== undefined) ? ports : undefined;
}

function check(id: string, props: AdoptUserProps, value: string): void {
  const { username, host, port, fields = {}, rotateImmediately = true } = props;
  const refuse = (what: string) => {
    throw new Error(what.replace(' ', ` of '${id}' `));
  };
  if (!rotateImmediately) {
    refuse('rotateImmediately must be true, got false; without a password nothing can be tested');
  }
  if (/"password":/i.test(JSON.stringify(fields))) {
    refuse('fields must not have a password; a template is no place for one');
  }
  if (Token.isUnresolved(value) || Token.isUnresolved(port)) {
    refuse(
      'values must be known at synthesis, got a token; ' +
        'what only a deployment knows would make another secret at every synthesis',
    );
  }
  checkUsername(id, username);
  if (!isHost(host)) refuse(`host must be a host name or an IP address, got '${host}'`);
  if (!Number.isInteger(port) || port < 1 || port > PORT_MAX) {
    refuse(`port must be 1 to ${PORT_MAX}, got ${port}`);
  }
  const wrong = Object.keys(fields).find((name) => FIELDS[name]?.(fields[name]) === false);
  if (wrong !== undefined) refuse(`fields have a '${wrong}' that the function would refuse`);
}

/** Throws where a username cannot be rotated, or not be held by a tag. */
export function checkUsername(id: string, username: string): void {
  if (username !== 'default' && USERNAME.test(username)) return;
  throw new Error(
    `username of '${id}' must be a name that a tag can hold, and not default, got '${username}'`,
  );
}

function checkClusters(
  id: string,
  { host, fields }: AdoptUserProps,
  { clusters, adminSecrets = [], clientCertificateSecrets = [] }: RedisEnterpriseRotationProps,
): void {
  const names = Array.isArray(fields?.clusters) ? fields.clusters : Object.keys(clusters ?? {});
  const isAdmin = ({ adminSecret, clientCertificateSecret }: Partial<ClusterProps> = {}) =>
    adminSecret !== undefined ||
    (fields?.login === 'admin' && clientCertificateSecret !== undefined);
  const lacking = names.find((name) => !isAdmin(clusters?.[name]));
  const isAdminByCertificate = fields?.login === 'admin' && clientCertificateSecrets.length > 0;
  const isLacking = adminSecrets.length === 0 && !isAdminByCertificate;
  if (clusters === undefined ? isLacking : lacking !== undefined) {
    throw new Error(
      `clusters of '${id}' must each have an adminSecret, or a clientCertificateSecret and ` +
        `"login": "admin" in fields, got none of ${lacking ?? 'any'}; ` +
        'without them, put the password into a secret and use addSecret',
    );
  }
  const allowed = names.flatMap((name) =>
    databaseHostsOf(clusters?.[name] ?? { apiEndpoints: [] }),
  );
  const isAllowed = allowed.some(
    (one) =>
      Token.isUnresolved(one) ||
      (one.startsWith('.') ? host.toLowerCase().endsWith(one) : host.toLowerCase() === one),
  );
  if (clusters === undefined || isAllowed) return;
  throw new Error(
    `host of '${id}' must be one of its clusters' databaseHosts, got '${host}'; ` +
      `allowed are ${allowed.join(', ')}`,
  );
}
