export const REGION = 'us-east-1';
export const ACCOUNT = '123456789012';
export const FUNCTION_NAME = 'redis-enterprise-rotation';
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION_NAME}`;
export const LOG_GROUP = `/aws/lambda/${FUNCTION_NAME}`;
export const CLUSTERS_PATH = '/redis-enterprise/clusters';
export const CLUSTER_NAME = 'redis.sandbox.test';
/** The access key by which the servers recognize the function's calls. */
export const FUNCTION_KEY = 'function';
