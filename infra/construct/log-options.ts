import { type FunctionOptions, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import type { RedisEnterpriseRotationProps } from './props.ts';

// Metrics are log lines of the level INFO.
const LEVELS_WITH_METRICS = ['TRACE', 'DEBUG', 'INFO'];

/** Throws if the log would have no metrics. JavaScript can set what the types leave out. */
export function checkLogOptions(props: RedisEnterpriseRotationProps): void {
  if (props.logGroup !== undefined && props.logRetention !== undefined) {
    throw new Error(
      'logRetention must not be set beside logGroup; hint: set the retention of the log group',
    );
  }
  const given: FunctionOptions = props.functionProps ?? {};
  const level = given.applicationLogLevelV2 ?? given.applicationLogLevel ?? 'INFO';
  if (!LEVELS_WITH_METRICS.includes(level)) {
    throw new Error(
      'the log level of functionProps must be INFO, because metrics are log lines of that level, ' +
        `got ${level}; hint: leave applicationLogLevelV2 out`,
    );
  }
  const format = given.loggingFormat ?? given.logFormat ?? LoggingFormat.JSON;
  if (format === LoggingFormat.JSON) return;
  throw new Error(
    `the log format of functionProps must be JSON, got ${format}; hint: leave loggingFormat out`,
  );
}
