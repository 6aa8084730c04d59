import { type Code, type FunctionOptions, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import type { LogProps } from './log-props.ts';

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

/** The code of the functions, for an app that publishes no assets. */
export interface FunctionCode {
  /** The files of `dist/lambda`. */
  readonly rotation: Code;

  /** The files of `dist/user-fields`: the handler of users' fields. */
  readonly userFields: Code;
}

// Metrics are log lines of the level INFO.
const LEVELS_WITH_METRICS = ['TRACE', 'DEBUG', 'INFO'];

// AWS documents that fewer may throttle rotations, which then loop between two steps.
const RESERVED_CONCURRENCY_MIN = 10;

interface GivenOptions extends LogProps {
  readonly functionProps?: AllowedFunctionOptions;
}

/** Throws if the function would have no metrics, or too few executions. */
export function checkFunctionOptions(props: GivenOptions): void {
  checkConcurrency(props.functionProps?.reservedConcurrentExecutions);
  checkLog(props);
}

/** Throws if the log would have no metrics. JavaScript can set what the types leave out. */
function checkLog(props: GivenOptions): void {
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

function checkConcurrency(reserved: number | undefined): void {
  if (reserved === undefined || reserved >= RESERVED_CONCURRENCY_MIN) return;
  throw new Error(
    `reservedConcurrentExecutions must be at least ${RESERVED_CONCURRENCY_MIN}, got ${reserved}; ` +
      'hint: reserve more, because AWS throttles rotations otherwise',
  );
}
