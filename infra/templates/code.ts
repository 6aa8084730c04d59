import { type CfnParameter, Fn } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FunctionCode } from '../construct/props/function-options.ts';

/** The names of the zip files. Each has the hash of its content, so that new code is deployed. */
export interface ZipFiles {
  readonly rotation: string;
  readonly userFields: string;
}

/** Returns the code in the bucket of the parameters. */
export function codeInBucket(
  scope: Construct,
  files: ZipFiles,
  given: { CodeBucket: CfnParameter; CodePrefix: CfnParameter },
): FunctionCode {
  const bucket = Bucket.fromBucketName(scope, 'Code', given.CodeBucket.valueAsString);
  const codeOf = (file: string) =>
    Code.fromBucket(bucket, Fn.join('', [given.CodePrefix.valueAsString, file]));
  return { rotation: codeOf(files.rotation), userFields: codeOf(files.userFields) };
}
