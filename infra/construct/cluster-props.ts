import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** A Redis Enterprise cluster. */
export interface ClusterProps {
  /** The function calls the REST API at these addresses, `https://host:9443`, in this order. */
  readonly apiEndpoints: string[];

  /**
   * The function trusts this PEM bundle for the REST API and the databases.
   *
   * @default - the public certificate authorities
   */
  readonly caCertificate?: string;

  /**
   * The function expects this name in the certificate of the REST API. Set it if the name differs
   * from the host of an endpoint, for example behind a load balancer.
   *
   * @default - the host of each endpoint
   */
  readonly serverName?: string;

  /**
   * The function logs in to the REST API as the administrator in this secret. The value is JSON
   * with `username` or `email`, and `password`. Import the secret by its complete ARN.
   *
   * @default - the function logs in as each user, whose management role must allow it
   */
  readonly adminSecret?: ISecret;

  /**
   * The function presents the client certificate in this secret to the REST API and the databases
   * (mutual TLS). The value is JSON with `certificate` and `privateKey`, both PEM. Import the
   * secret by its complete ARN. If the cluster has no `adminSecret` and a user's secret has
   * `"login": "admin"`, the function logs in by this certificate alone.
   *
   * @default - the function presents no client certificate
   */
  readonly clientCertificateSecret?: ISecret;

  /**
   * Secrets of users may name these hosts only. An entry is a host, or a suffix that starts with a
   * dot.
   *
   * @default - the hosts of `apiEndpoints`, `serverName`, and every name below them
   */
  readonly databaseHosts?: string[];
}
