/** The type of the custom resource. */
export const RESOURCE_TYPE = 'Custom::RedisEnterpriseUserFields';

/** The handler's variable with the ARN of the rotation function. */
export const FUNCTION_ARN = 'ROTATION_FUNCTION_ARN';
