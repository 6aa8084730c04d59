/** The names that the function and whoever deploys it share. */

/** The SSM path under which every cluster has a folder of parameters. */
export const CLUSTERS_PATH = 'CLUSTERS_PATH';
/** How long, in seconds, a replaced password keeps working. */
export const OVERLAP_SECONDS = 'OVERLAP_SECONDS';
/** The length of a new password, in characters. */
export const PASSWORD_LENGTH = 'PASSWORD_LENGTH';
/** Characters that a new password never has. */
export const EXCLUDE_CHARACTERS = 'EXCLUDE_CHARACTERS';
/** The function's own timeout: how long a cut-off invocation's last request may still land. */
export const FUNCTION_TIMEOUT_SECONDS = 'FUNCTION_TIMEOUT_SECONDS';

/**
 * Node.js' own switch: with the value `0` it turns the verification of certificates off. Neither
 * the function nor the construct accepts this variable.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
export const TLS_SWITCH = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** The tag that binds a secret to one Redis Enterprise user. */
export const USER_TAG = 'redis-enterprise-rotation:user';

/** The namespace of the function's metrics in CloudWatch. */
export const METRICS_NAMESPACE = 'RedisEnterpriseRotation';
