import { X509Certificate } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ParameterTier, StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { completeArn } from './complete-arn.ts';
import { isHost, readOrigin } from './host.ts';

/** A Redis Enterprise cluster, as the rotation function is to know it. */
export interface ClusterProps {
  /** The REST API: `https://host:9443`, tried in order. */
  readonly apiEndpoints: string[];

  /**
   * PEM bundle trusted for the API and the databases.
   *
   * @default - the public certificate authorities
   */
  readonly caCertificate?: string;

  /**
   * The TLS name, where it is not an endpoint's host, as behind a load balancer.
   *
   * @default - each endpoint's own host
   */
  readonly serverName?: string;

  /**
   * The login of an administrator, by its complete ARN: JSON with `username` or `email`, and
   * `password`.
   *
   * @default - users log in themselves, which their management role must allow
   */
  readonly adminSecret?: ISecret;

  /**
   * A client certificate for mutual TLS with the API and the databases, by its complete ARN: JSON
   * with `certificate` and `privateKey`, both PEM. A secret whose value has `"login": "admin"` logs
   * in by it alone where the cluster has no `adminSecret`.
   *
   * @default - none is shown
   */
  readonly clientCertificateSecret?: ISecret;

  /**
   * Hosts, or suffixes that start with a dot, that the secrets of users may name.
   *
   * @default - the API's hosts, `serverName`, and what is under them
   */
  readonly databaseHosts?: string[];
}

// Parameter Store's own limit, in the tier that costs more.
const PARAMETER_MAX_BYTES = 8_192;

/** The hosts, or suffixes that start with a dot, that secrets may name: as the function has it. */
export function databaseHostsOf({
  databaseHosts,
  apiEndpoints,
  serverName,
}: ClusterProps): string[] {
  const own = apiEndpoints.flatMap((origin) => readOrigin(origin)?.host ?? []);
  if (serverName !== undefined) own.push(serverName);
  return databaseHosts ?? own.flatMap((host) => [host, `.${host}`]);
}

/** The parameters under `<path>/<id>/` by which the function knows a cluster. */
export class ClusterParameters extends Construct {
  constructor(scope: Construct, id: string, path: string, cluster: ClusterProps) {
    super(scope, id);
    check(id, cluster);
    const { apiEndpoints, databaseHosts, adminSecret, clientCertificateSecret: client } = cluster;
    const tier = ParameterTier.INTELLIGENT_TIERING;
    const addList = (name: string, stringListValue: string[]) => {
      const parameterName = `${path}/${id}/${name}`;
      new StringListParameter(this, name, { parameterName, stringListValue, tier });
    };
    const addText = (name: string, stringValue: string | undefined) => {
      if (stringValue === undefined) return;
      const parameterName = `${path}/${id}/${name}`;
      new StringParameter(this, name, { parameterName, stringValue, tier });
    };
    addList('api-endpoints', apiEndpoints);
    addText('ca-certificate', cluster.caCertificate);
    addText('server-name', cluster.serverName);
    addText('admin-secret-arn', adminSecret && completeArn(this, adminSecret));
    addText('client-certificate-secret-arn', client && completeArn(this, client));
    if (databaseHosts !== undefined) addList('database-hosts', databaseHosts);
  }
}

function check(id: string, cluster: ClusterProps): void {
  const { apiEndpoints, serverName, databaseHosts = [], caCertificate } = cluster;
  const refuse = (what: string, got: string) => {
    throw new Error(`${what.replace(' ', ` of cluster '${id}' `)}, got ${got}`);
  };
  if (!/^[\w.-]{1,128}$/.test(id)) {
    throw new Error(`cluster name must have letters, digits, '.', '_' and '-', got '${id}'`);
  }
  const wrong = apiEndpoints.find((one) => readOrigin(one) === undefined);
  if (wrong !== undefined || apiEndpoints.length === 0) {
    // What stands before an "@" may be a password.
    refuse('apiEndpoints must be https://host:port', wrong?.replace(/^.*@/s, '***@') ?? 'none');
  }
  if (serverName !== undefined && !isHost(serverName)) {
    refuse('serverName must be a host name', `'${serverName}'`);
  }
  const notHost = databaseHosts.find((one) => !isHost(one.replace(/^\./, '')));
  if (notHost !== undefined || cluster.databaseHosts?.length === 0) {
    const got = notHost === undefined ? 'none; leave it out for the default' : `'${notHost}'`;
    refuse('databaseHosts must be host names or .suffixes', got);
  }
  if (caCertificate === undefined || Token.isUnresolved(caCertificate)) return;
  const bytes = Buffer.byteLength(caCertificate);
  if (isBundle(caCertificate) && bytes <= PARAMETER_MAX_BYTES) return;
  const allowed = `PEM certificates, with no private key, of at most ${PARAMETER_MAX_BYTES} bytes`;
  refuse(`caCertificate must be ${allowed}`, `something else of ${bytes} bytes`);
}

function isBundle(text: string): boolean {
  if (text.includes('PRIVATE KEY')) return false;
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return found.map((pem) => new X509Certificate(pem)).length > 0;
  } catch {
    return false;
  }
}
