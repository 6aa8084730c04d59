import { Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ParameterTier, StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { completeArn } from './complete-arn.ts';

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
   * Hosts, or suffixes that start with a dot, that the secrets of users may name.
   *
   * @default - the API's hosts, `serverName`, and what is under them
   */
  readonly databaseHosts?: string[];
}

// Parameter Store's own limit, in the tier that costs more.
const PARAMETER_MAX_BYTES = 8_192;

/** The parameters under `<path>/<id>/` by which the function knows a cluster. */
export class ClusterParameters extends Construct {
  constructor(scope: Construct, id: string, path: string, cluster: ClusterProps) {
    super(scope, id);
    check(id, cluster);
    const { apiEndpoints, databaseHosts, adminSecret } = cluster;
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
    if (databaseHosts !== undefined) addList('database-hosts', databaseHosts);
  }
}

function check(id: string, { apiEndpoints, caCertificate, databaseHosts }: ClusterProps): void {
  if (!/^[\w.-]{1,128}$/.test(id)) {
    throw new Error(`cluster name must have letters, digits, '.', '_' and '-', got '${id}'`);
  }
  const wrong = apiEndpoints.find((one) => !/^https:\/\/[^/,@?#\s]+$/.test(one));
  if (wrong !== undefined || apiEndpoints.length === 0) {
    // What stands before an "@" may be a password.
    const got = wrong?.replace(/\/\/.*@/, '//***@') ?? 'none';
    throw new Error(`apiEndpoints of cluster '${id}' must be https://host:port, got ${got}`);
  }
  if (databaseHosts?.length === 0) {
    throw new Error(
      `databaseHosts of cluster '${id}' must name a host, got none; leave it out for the default`,
    );
  }
  if (caCertificate === undefined || Token.isUnresolved(caCertificate)) return;
  const isBundle = /^(?!.*PRIVATE KEY).*-----BEGIN CERTIFICATE-----/s.test(caCertificate);
  if (!isBundle || Buffer.byteLength(caCertificate) > PARAMETER_MAX_BYTES) {
    throw new Error(
      `caCertificate of cluster '${id}' must be PEM certificates, with no private key, of at ` +
        `most ${PARAMETER_MAX_BYTES} bytes, got ${Buffer.byteLength(caCertificate)} bytes; ` +
        "the certificate that signed the cluster's is enough",
    );
  }
}
