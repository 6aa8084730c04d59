import { isIP } from 'node:net';
import { ParameterTier, StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { defaultDatabaseHosts } from '../../../lambda/cluster/parameters.ts';
import { findBrokenBlock } from '../../../lambda/network/pem.ts';
import { CLUSTER_NAME } from '../../../lambda/secret/value-rules.ts';
import { completeArn } from '../cdk/complete-arn.ts';
import { isLate } from '../cdk/late-text.ts';
import type { ClusterProps } from '../props/cluster-props.ts';
import { isHostOrLate, parseOrigin } from './api-origin.ts';

// Parameter Store's limit in the advanced tier.
const PARAMETER_MAX_BYTES = 8_192;

/** Returns the hosts, or suffixes that start with a dot, that secrets of users may name. */
export function databaseHostsOf(cluster: ClusterProps): string[] {
  const apiHosts = cluster.apiEndpoints.flatMap((origin) => parseOrigin(origin)?.host ?? []);
  return cluster.databaseHosts ?? defaultDatabaseHosts(apiHosts, cluster.serverName);
}

interface NamedCluster extends ClusterProps {
  /** @default - the id */
  readonly name?: string;
}

/** The parameters of a cluster, under `<path>/<name>/`. */
export class ClusterParameters extends Construct {
  constructor(scope: Construct, id: string, path: string, cluster: NamedCluster) {
    super(scope, id);
    const { name: clusterName = id } = cluster;
    checkCluster(clusterName, cluster);
    const { apiEndpoints, databaseHosts, adminSecret, clientCertificateSecret: client } = cluster;
    const given = { tier: ParameterTier.INTELLIGENT_TIERING, simpleName: false };
    const addList = (name: string, stringListValue: string[]) => {
      const parameterName = `${path}/${clusterName}/${name}`;
      new StringListParameter(this, name, { parameterName, stringListValue, ...given });
    };
    const addText = (name: string, stringValue: string | undefined) => {
      if (stringValue === undefined) return;
      const parameterName = `${path}/${clusterName}/${name}`;
      new StringParameter(this, name, { parameterName, stringValue, ...given });
    };
    addList('api-endpoints', apiEndpoints);
    addText('ca-certificate', cluster.caCertificate);
    addText('server-name', cluster.serverName);
    addText('admin-secret-arn', adminSecret && completeArn(this, adminSecret));
    addText('client-certificate-secret-arn', client && completeArn(this, client));
    if (databaseHosts !== undefined) addList('database-hosts', databaseHosts);
  }
}

type Fail = (option: string, allowed: string, seen: string) => never;

function checkCluster(id: string, cluster: ClusterProps): void {
  if (!isLate(id) && !CLUSTER_NAME.test(id)) {
    const allowed = "1 to 128 letters, digits, '.', '_' and '-'";
    throw new Error(`cluster name must have ${allowed}, got '${id}'`);
  }
  const fail: Fail = (option, allowed, seen) => {
    throw new Error(`${option} of cluster '${id}' must be ${allowed}, got ${seen}`);
  };
  checkHosts(cluster, fail);
  checkCertificate(cluster.caCertificate, fail);
}

function checkHosts({ apiEndpoints, serverName, databaseHosts }: ClusterProps, fail: Fail): void {
  const origin = apiEndpoints.find((one) => parseOrigin(one) === undefined);
  if (origin !== undefined || apiEndpoints.length === 0) {
    // The text before an "@" may be a password.
    const seen = origin?.replace(/^.*@/s, '***@') ?? 'none';
    const hint = isLate(origin ?? '') ? '; hint: of an address, only the host may be a token' : '';
    fail('apiEndpoints', 'https://host:port', seen + hint);
  }
  const isName = serverName === undefined || (isHostOrLate(serverName) && isIP(serverName) === 0);
  if (!isName) {
    fail('serverName', 'a host name', `'${serverName}'`);
  }
  const host = databaseHosts?.find((one) => !isHostOrLate(one.replace(/^\./, '')));
  if (host !== undefined || databaseHosts?.length === 0) {
    const seen = host === undefined ? 'none; hint: leave databaseHosts out' : `'${host}'`;
    fail('databaseHosts', 'host names or .suffixes', seen);
  }
}

function checkCertificate(pem: string | undefined, fail: Fail): void {
  if (pem === undefined || isLate(pem)) return;
  const allowed = `PEM certificates, with no private key, of at most ${PARAMETER_MAX_BYTES} bytes`;
  const seen = certificateFault(pem);
  if (seen !== undefined) fail('caCertificate', allowed, seen);
}

function certificateFault(pem: string): string | undefined {
  const bytes = Buffer.byteLength(pem);
  // The commands of docs/deploy.md write this line for an endpoint that they do not reach.
  if (pem.includes('NO CERTIFICATE')) return 'the line NO CERTIFICATE';
  if (pem.includes('PRIVATE KEY')) return 'a private key';
  return findBrokenBlock(pem) ?? (bytes > PARAMETER_MAX_BYTES ? `${bytes} bytes` : undefined);
}
