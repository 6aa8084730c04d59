import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The log of the function. */
export interface LogProps {
  /**
   * The function writes its log to this group, for example one that your own key encrypts. Set
   * `logGroup` or `logRetention`, not both.
   *
   * @default - a new log group
   *
   * @example
   * const logGroup = new LogGroup(this, 'Log', { encryptionKey });
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, logGroup });
   */
  readonly logGroup?: ILogGroup;

  /**
   * CloudWatch keeps the log of the new log group for this time.
   *
   * @default RetentionDays.ONE_YEAR
   *
   * @example
   * const logRetention = RetentionDays.TWO_YEARS;
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, logRetention });
   */
  readonly logRetention?: RetentionDays;
}
