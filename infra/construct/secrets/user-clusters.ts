import { isLate } from '../cdk/late-text.ts';
import type { ClusterProps } from '../props/cluster-props.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';
import type { AdoptUserProps } from '../props/user-props.ts';
import { checkHosts } from './user-hosts.ts';

/** Throws if a secret names a cluster that the construct does not have, or names none. */
export function checkClusterNames(
  name: string,
  named: readonly string[] | undefined,
  { clusters }: RedisEnterpriseRotationProps = {},
): void {
  if (named === undefined) return;
  const known = Object.keys(clusters ?? {});
  const isUnknown = (one: string) => clusters !== undefined && !isLate(one) && !known.includes(one);
  const unknown = named.find(isUnknown);
  if (unknown === undefined && named.length > 0) return;
  if (unknown !== undefined) {
    throw new Error(
      `${name} names the unknown cluster '${unknown}'; known are: ${known.join(', ')}`,
    );
  }
  const hint = 'hint: leave clusters out';
  throw new Error(`clusters of ${name} must name at least one cluster, got none; ${hint}`);
}

/**
 * Throws if one of a user's clusters has no administrator, or if a host does not belong to one
 * cluster. The clusters of an import are unknown.
 */
export function checkUserClusters(
  name: string,
  user: AdoptUserProps,
  rotation: RedisEnterpriseRotationProps | undefined,
): void {
  if (rotation === undefined) return;
  const { clusters } = rotation;
  checkAdministrators(name, user, rotation);
  if (clusters !== undefined) checkHosts(name, user, clusters);
}

/** Returns whether the function may log in to one of these clusters as an administrator. */
export function hasAdministrator(
  names: readonly string[] | undefined,
  { clusters, adminSecrets = [] }: RedisEnterpriseRotationProps = {},
): boolean {
  if (clusters === undefined) return adminSecrets.length > 0;
  const possible = knownNames(names) ?? Object.keys(clusters);
  return possible.some((name) => clusters[name]?.adminSecret !== undefined);
}

/** Returns the names, or undefined if they are absent or unknown at synthesis. */
function knownNames(names: readonly string[] | undefined): readonly string[] | undefined {
  return names?.some(isLate) ? undefined : names;
}

function checkAdministrators(
  name: string,
  { login, clusters: named }: AdoptUserProps,
  { clusters, adminSecrets = [], clientCertificateSecrets = [] }: RedisEnterpriseRotationProps,
): void {
  const canUseCertificate = login === 'admin';
  const hasLogin = (cluster: Partial<ClusterProps> = {}) =>
    cluster.adminSecret !== undefined ||
    (canUseCertificate && cluster.clientCertificateSecret !== undefined);
  const hasAny =
    adminSecrets.length > 0 || (canUseCertificate && clientCertificateSecrets.length > 0);
  const all = Object.keys(clusters ?? {});
  const isWithout = (one: string) => !hasLogin(clusters?.[one]);
  // Of unknown names, any cluster with an administrator may be meant.
  const isUnknown = named !== undefined && knownNames(named) === undefined;
  const missing = isUnknown && !all.every(isWithout) ? undefined : (named ?? all).find(isWithout);
  if (clusters === undefined ? hasAny : missing === undefined) return;
  const what =
    clusters === undefined
      ? `${name} has no administrator: no adminSecrets, and no clientCertificateSecrets`
      : `cluster '${missing}' of ${name} has no adminSecret, and no clientCertificateSecret`;
  const hint = 'hint: add one, or put the password into a secret and use addSecret';
  throw new Error(`${what} with login 'admin'; ${hint}`);
}
