import { hostSpecificity } from '../../lambda/network/endpoint.ts';
import { isLate } from './api-origin.ts';
import { databaseHostsOf } from './cluster-parameters.ts';
import type { ClusterProps } from './cluster-props.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';
import type { AdoptUserProps } from './secret-props.ts';

/** Throws if one of a user's clusters has no administrator, or if no cluster allows the host. */
export function checkUserClusters(
  id: string,
  user: AdoptUserProps,
  rotation: RedisEnterpriseRotationProps,
): void {
  const { clusters } = rotation;
  const named = user.fields?.clusters;
  const names: string[] = Array.isArray(named) ? named : Object.keys(clusters ?? {});
  checkAdministrators(id, user, rotation, names);
  if (clusters === undefined) return;
  checkHost(
    id,
    user.host,
    names.flatMap((name) => databaseHostsOf(clusters[name] ?? { apiEndpoints: [] })),
  );
}

function checkAdministrators(
  id: string,
  { fields }: AdoptUserProps,
  { clusters, adminSecrets = [], clientCertificateSecrets = [] }: RedisEnterpriseRotationProps,
  names: string[],
): void {
  const canUseCertificate = fields?.login === 'admin';
  const hasAdministrator = (cluster: Partial<ClusterProps> = {}) =>
    cluster.adminSecret !== undefined ||
    (canUseCertificate && cluster.clientCertificateSecret !== undefined);
  const hasAny =
    adminSecrets.length > 0 || (canUseCertificate && clientCertificateSecrets.length > 0);
  const missing = names.find((name) => !hasAdministrator(clusters?.[name]));
  if (clusters === undefined ? hasAny : missing === undefined) return;
  throw new Error(
    `clusters of '${id}' must each have an adminSecret, or a clientCertificateSecret and ` +
      `"login": "admin" in fields, got none of ${missing ?? 'any'}; ` +
      'hint: add one, or put the password into a secret and use addSecret',
  );
}

function checkHost(id: string, host: string, allowed: string[]): void {
  const isAllowed = allowed.some((entry) => isLate(entry) || hostSpecificity(host, entry) > 0);
  if (isAllowed) return;
  throw new Error(
    `host of '${id}' must be one of its clusters' databaseHosts, got '${host}'; ` +
      `allowed are ${allowed.join(', ')}`,
  );
}
