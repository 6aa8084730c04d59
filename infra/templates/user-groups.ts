import * as patterns from './patterns.ts';
import { ROTATION_STACK } from './rotation-stack-parameter.ts';

const PORT_MAX = 65_535;

/** The parameters of the template of one user. */
export const USER_GROUPS = {
  User: {
    ...ROTATION_STACK,
    Username: {
      label: 'Username',
      type: 'String',
      description:
        'The name of an existing Redis Enterprise user. Another name creates another secret. ' +
        'With ExistingSecretArn, the tag of the secret names the user instead.',
      allowedPattern: patterns.USERNAME,
      constraintDescription:
        'must be letters, digits and _./=+@-, and not default. For the default user of a ' +
        'database, enter another name, and set ExistingSecretArn',
    },
    Email: {
      label: 'Email of the user',
      type: 'String',
      default: '',
      description: "The user's login to the REST API, if it differs from the username.",
      allowedPattern: patterns.OPTIONAL_EMAIL,
      constraintDescription: 'must be an email address',
    },
    Login: {
      label: 'Login of the function',
      type: 'String',
      default: '',
      allowedValues: ['', 'admin'],
      description:
        'Empty: the function logs in with the administrator of the cluster. admin: with the ' +
        'client certificate, if the cluster has no administrator.',
    },
  },
  Databases: {
    Host: {
      label: 'Host of a database',
      type: 'String',
      description: "The function verifies the user's passwords on this database.",
      allowedPattern: patterns.DATABASE_HOST,
      constraintDescription: 'must be a host name or an IPv4 address',
    },
    Port: {
      label: 'Port of the database',
      type: 'Number',
      minValue: 1,
      maxValue: PORT_MAX,
      description: 'The port of the database endpoint.',
    },
    OtherEndpoints: {
      label: 'Endpoints of further databases',
      type: 'String',
      default: '',
      description: 'At most 15 further database endpoints, such as redis-12001.example.com:12001.',
      allowedPattern: patterns.OPTIONAL_ENDPOINTS,
      constraintDescription: 'must be host:port, several separated by commas without spaces',
    },
    Tls: {
      label: 'TLS',
      type: 'String',
      default: 'true',
      allowedValues: ['true', 'false'],
      description: 'The databases use TLS.',
    },
    ExtraFields: {
      label: 'Further fields',
      type: 'String',
      default: '{}',
      description:
        "A JSON object of fields that the secret's value has besides, for applications. No " +
        'password.',
      allowedPattern: patterns.JSON_OBJECT,
      constraintDescription: 'must be a JSON object, such as {"db": 0}',
    },
    Clusters: {
      label: 'Clusters of the user',
      type: 'String',
      default: '',
      description: 'The names of the clusters that have the user. Empty: every cluster.',
      allowedPattern: patterns.OPTIONAL_CLUSTERS,
      constraintDescription: 'must be names of clusters, separated by commas without spaces',
    },
  },
  Rotation: {
    Schedule: {
      label: 'Schedule',
      type: 'String',
      default: 'rate(30 days)',
      description:
        'Secrets Manager rotates the secret at these times in UTC, such as rate(30 days) or ' +
        'cron(0 3 ? * SUN#1 *). Another schedule rotates the secret immediately.',
      allowedPattern: patterns.SCHEDULE,
      constraintDescription: 'must be rate(…) or cron(…)',
    },
    Window: {
      label: 'Window',
      type: 'String',
      default: '',
      description: 'Secrets Manager starts or retries the rotation for this time, such as 3h.',
      allowedPattern: patterns.OPTIONAL_WINDOW,
      constraintDescription: 'must be 1h to 24h',
    },
  },
  Secret: {
    SecretNamePrefix: {
      label: "Prefix of the secret's name",
      type: 'String',
      default: 'redis-enterprise/',
      description:
        'The secret has this name and the username. Another name creates another secret.',
      allowedPattern: patterns.SECRET_PREFIX,
      constraintDescription: 'must be 1 to 200 letters, digits and /_+=.@-',
    },
    EncryptionKeyArn: {
      label: 'Customer managed key',
      type: 'String',
      default: '',
      description:
        'Secrets Manager encrypts the secret with this key, which EncryptionKeyArns of the other ' +
        'stack must name. Empty: with the AWS managed key.',
      allowedPattern: patterns.OPTIONAL_KEY_ARN,
      constraintDescription: 'must be the ARN of a key, and not of an alias',
    },
    ExistingSecretArn: {
      label: 'ARN of an existing secret',
      type: 'String',
      default: '',
      description:
        'The stack rotates this secret and creates none, for example one that a deleted stack ' +
        'kept. The secret must have the tag redis-enterprise-rotation:user with its user: a ' +
        'username, or default@<host>:<port>.',
      allowedPattern: patterns.OPTIONAL_SECRET_ARN,
      constraintDescription: 'must be a complete ARN, with the six characters that AWS adds',
    },
  },
};
