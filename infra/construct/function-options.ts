import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';

/**
 * CDK's options of a function, without those that the construct sets itself because permissions
 * and safety depend on them.
 */
export type AllowedFunctionOptions = Omit<
  FunctionOptions,
  | 'allowAllOutbound'
  | 'applicationLogLevel'
  | 'applicationLogLevelV2'
  | 'logGroup'
  | 'loggingFormat'
  | 'logRetention'
  | 'onFailure'
  | 'retryAttempts'
  | 'role'
  | 'securityGroups'
  | 'vpc'
  | 'vpcSubnets'
>;
