import { createHash } from 'node:crypto';
import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { parseEndpoint } from '../../lambda/network/endpoint.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import type { AdoptUserProps } from './secret-props.ts';
import { checkUserClusters } from './user-clusters.ts';
import { checkUserValue } from './user-value.ts';

// Enough to distinguish the values of one user.
const HASH_CHARACTERS = 8;

/**
 * Creates the secret of an existing user without a password, which the first rotation writes. CDK
 * retains the secret if it is removed from the app. Another value creates another secret, because
 * CloudFormation would overwrite AWSCURRENT, and the password in it.
 */
export function createUserSecret(
  scope: Construct,
  id: string,
  props: AdoptUserProps,
  rotation: RedisEnterpriseRotationProps | undefined,
): ISecret {
  const { username, host, port, fields = {}, encryptionKey } = props;
  // Sorted, so that the order of the fields does not change the secret.
  const sorted = Object.entries(fields).sort(([one], [other]) => one.localeCompare(other));
  const value = JSON.stringify({ ...Object.fromEntries(sorted), username, host, port });
  checkUserValue(id, props, value);
  if (rotation !== undefined) checkUserClusters(id, props, rotation);
  const hash = createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARACTERS);
  return new Secret(scope, `${id}Secret${hash}`, {
    description: `Password of the Redis Enterprise user ${username}`,
    secretStringValue: SecretValue.unsafePlainText(value),
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  }) as ISecret;
}

/** Returns the ports of a user's databases. */
export function databasePorts({ port, fields }: AdoptUserProps): number[] {
  const endpoints: unknown[] = Array.isArray(fields?.endpoints) ? fields.endpoints : [];
  return [port, ...endpoints.flatMap((one) => parseEndpoint(String(one))?.port ?? [])];
}

/** Returns the clusters that a user's secret names, or `{}` if it names none. */
export function namedClusters({ fields }: AdoptUserProps): { clusters?: string[] } {
  return Array.isArray(fields?.clusters) ? { clusters: fields.clusters } : {};
}
