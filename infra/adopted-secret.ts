import { createHash } from 'node:crypto';
import { RemovalPolicy, SecretValue, Token } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { RedisEnterpriseRotationProps } from './rotation-props.ts';
import type { AdoptUserProps } from './secret-props.ts';

// Enough to tell the values of one user apart.
const HASH_CHARACTERS = 8;

const PORT_MAX = 65_535;

/**
 * Makes the secret of an existing user, with no password in it: the first rotation puts one. It is
 * kept when it leaves the app. Another value makes another secret, because CloudFormation would
 * write a changed one over AWSCURRENT, and with it over the password.
 */
export function makeAdoptedSecret(
  scope: Construct,
  id: string,
  props: AdoptUserProps,
  rotation: RedisEnterpriseRotationProps,
): ISecret {
  const { username, host, port, fields, encryptionKey } = props;
  const value = JSON.stringify({ ...fields, username, host, port });
  check(id, props, value);
  checkAdmins(id, props, rotation);
  const hash = createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARACTERS);
  return new Secret(scope, `${id}Secret${hash}`, {
    description: `Password of the Redis Enterprise user ${username}`,
    secretStringValue: SecretValue.unsafePlainText(value),
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  }) as ISecret;
}

function check(id: string, props: AdoptUserProps, value: string): void {
  const { username, port, fields, rotateImmediately = true } = props;
  if (!rotateImmediately) {
    throw new Error(
      `rotateImmediately of '${id}' must be true, got false; ` +
        'a secret without a password has nothing that could be tested',
    );
  }
  if (fields !== undefined && 'password' in fields) {
    throw new Error(`fields of '${id}' must not have a password; a template is no place for one`);
  }
  if (Token.isUnresolved(value) || Token.isUnresolved(port)) {
    throw new Error(
      `username, host, port and fields of '${id}' must be known at synthesis, got a token; ` +
        'a value that only a deployment knows would make another secret at every synthesis',
    );
  }
  // What a tag can hold; and Redis Enterprise keeps no list of passwords for the default user.
  if (username === 'default' || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u.test(username)) {
    throw new Error(
      `username of '${id}' must be a name that a tag can hold, and not default, got '${username}'`,
    );
  }
  if (!Number.isInteger(port) || port < 1 || port > PORT_MAX) {
    throw new Error(`port of '${id}' must be 1 to ${PORT_MAX}, got ${port}`);
  }
}

/** The first rotation adds a password to those that nobody has told us: as an administrator. */
function checkAdmins(
  id: string,
  { fields }: AdoptUserProps,
  { clusters, adminSecrets = [] }: RedisEnterpriseRotationProps,
): void {
  const names = Array.isArray(fields?.clusters) ? fields.clusters : Object.keys(clusters ?? {});
  const lacking = names.find((name) => clusters?.[name]?.adminSecret === undefined);
  if (clusters === undefined ? adminSecrets.length > 0 : lacking === undefined) return;
  throw new Error(
    `clusters of '${id}' must each have an adminSecret, got none of ${lacking ?? 'any'}; ` +
      'without it, put the password into a secret and use addSecret',
  );
}
