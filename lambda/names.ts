/** The names that the function shares with its deployment. */

/** The SSM path that has a folder of parameters for each cluster. */
export const CLUSTERS_PATH = 'CLUSTERS_PATH';
/** How long a replaced password stays valid, in seconds. */
export const OVERLAP_SECONDS = 'OVERLAP_SECONDS';
/** The length of a new password, in characters. */
export const PASSWORD_LENGTH = 'PASSWORD_LENGTH';
/** Characters that a new password must not contain. */
export const EXCLUDE_CHARACTERS = 'EXCLUDE_CHARACTERS';
/** The function's timeout. A request of an interrupted invocation may arrive until then. */
export const FUNCTION_TIMEOUT_SECONDS = 'FUNCTION_TIMEOUT_SECONDS';

/**
 * A variable of Node.js: the value `0` turns the verification of certificates off. The function and
 * the construct reject this variable.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
export const TLS_SWITCH = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** The tag that binds a secret to one Redis Enterprise user. */
export const USER_TAG = 'redis-enterprise-rotation:user';

/** The CloudWatch namespace of the function's metrics. */
export const METRICS_NAMESPACE = 'RedisEnterpriseRotation';
