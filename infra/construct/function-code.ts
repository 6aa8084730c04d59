import type { Code } from 'aws-cdk-lib/aws-lambda';

/** The code of the functions, for an app that publishes no assets. */
export interface FunctionCode {
  /** The files of `dist/lambda`. */
  readonly rotation: Code;

  /** The files of `dist/user-fields`: the handler of users' fields. */
  readonly userFields: Code;
}
