import * as patterns from './patterns.ts';

/** The parameters that describe one cluster. */
export const CLUSTER_GROUPS = {
  'Redis Enterprise cluster': {
    ClusterName: {
      label: 'Name of the cluster',
      type: 'String',
      description: "The name that clusters in a user's secret use. Another name replaces it.",
      allowedPattern: patterns.CLUSTER,
      constraintDescription: "must be 1 to 128 letters, digits, '.', '_' and '-'",
    },
    ApiEndpoints: {
      label: 'Addresses of the REST API',
      type: 'String',
      description: 'The function calls the REST API at these addresses, in this order.',
      allowedPattern: patterns.API_ENDPOINTS,
      constraintDescription:
        'must be https://host:9443, several separated by commas without spaces',
    },
    AdminSecretArn: {
      label: "ARN of the administrator's secret",
      type: 'String',
      default: '',
      description:
        'The complete ARN of a secret with username or email, and password, of a Redis ' +
        'Enterprise administrator.',
      allowedPattern: patterns.OPTIONAL_SECRET_ARN,
      constraintDescription: 'must be a complete ARN, with the six characters that AWS adds',
    },
    ClientCertificateSecretArn: {
      label: "ARN of the client certificate's secret",
      type: 'String',
      default: '',
      description:
        'The complete ARN of a secret with certificate and privateKey in PEM, for mutual TLS.',
      allowedPattern: patterns.OPTIONAL_SECRET_ARN,
      constraintDescription: 'must be a complete ARN, with the six characters that AWS adds',
    },
    CaCertificate: {
      label: 'Certificates of the private CA',
      type: 'String',
      default: '',
      description:
        'The PEM bundle that the function trusts. Leave it empty for a public CA, and for a ' +
        'bundle of more than 4,096 bytes: write that to the parameter ca-certificate.',
      allowedPattern: patterns.OPTIONAL_CERTIFICATE,
      constraintDescription: 'must be PEM with its line breaks',
    },
    ServerName: {
      label: 'Name in the certificate of the REST API',
      type: 'String',
      default: '',
      description: 'Set it if the name differs from the host of the address.',
      allowedPattern: patterns.OPTIONAL_SERVER_NAME,
      constraintDescription: 'must be a host name',
    },
    DatabaseHosts: {
      label: 'Hosts of databases',
      type: 'String',
      default: '',
      description:
        'Host names, or suffixes that start with a dot, that users may have. The default is the ' +
        'hosts of the REST API, and every name below them.',
      allowedPattern: patterns.OPTIONAL_DATABASE_HOSTS,
      constraintDescription: 'must be host names or .suffixes, separated by commas without spaces',
    },
  },
};
