import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** A Redis Enterprise cluster. */
export interface ClusterProps {
  /**
   * The addresses of the REST API: `https://host:9443`. The function uses the first that answers.
   *
   * @example
   * const apiEndpoints = ['https://redis-1.example.com:9443', 'https://redis-2.example.com:9443'];
   * const eu: ClusterProps = { apiEndpoints, adminSecret };
   */
  readonly apiEndpoints: string[];

  /**
   * The function trusts this PEM bundle for the REST API and the databases. Redis Enterprise uses
   * self-signed certificates by default, which must be in the bundle.
   *
   * @default - the public certificate authorities
   *
   * @example
   * const caCertificate = readFileSync('redis-ca.pem', 'utf8');
   * const eu: ClusterProps = { apiEndpoints, adminSecret, caCertificate };
   */
  readonly caCertificate?: string;

  /**
   * The function expects this name in the certificate of the REST API, and of a database whose host
   * is an IP address. Set it if the name differs from the host, for example behind a load balancer.
   *
   * @default - the host of each endpoint
   *
   * @example
   * const apiEndpoints = ['https://redis-api.internal.example.com'];
   * const serverName = 'redis.eu.example.com';
   * const eu: ClusterProps = { apiEndpoints, serverName, adminSecret };
   */
  readonly serverName?: string;

  /**
   * The function logs in to the REST API as the administrator in this secret. The value is JSON
   * with `username` or `email`, and `password`. Import the secret by its complete ARN.
   *
   * @default - the function logs in as each user, whose management role must allow it
   *
   * @example
   * const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
   * const adminSecret = Secret.fromSecretCompleteArn(this, 'Admin', arn);
   * const eu: ClusterProps = { apiEndpoints, adminSecret };
   */
  readonly adminSecret?: ISecret;

  /**
   * The function presents the client certificate in this secret to the REST API and the databases
   * (mutual TLS). The value is JSON with `certificate` and `privateKey`, both PEM. Import the
   * secret by its complete ARN. If the cluster has no `adminSecret` and a user's secret has
   * `"login": "admin"`, the function logs in by this certificate alone.
   *
   * @default - the function presents no client certificate
   *
   * @example
   * const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-c7d8e9';
   * const clientCertificateSecret = Secret.fromSecretCompleteArn(this, 'Client', arn);
   * const eu: ClusterProps = { apiEndpoints, adminSecret, clientCertificateSecret };
   */
  readonly clientCertificateSecret?: ISecret;

  /**
   * The hosts that secrets of users may name as endpoints. An entry is a host, or a suffix that
   * starts with a dot.
   *
   * @default - the hosts of `apiEndpoints`, `serverName`, and every name below them
   *
   * @example
   * const databaseHosts = ['.redis.eu.example.com', '10.0.0.12'];
   * const eu: ClusterProps = { apiEndpoints, adminSecret, databaseHosts };
   */
  readonly databaseHosts?: string[];
}
