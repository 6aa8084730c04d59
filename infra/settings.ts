import type { Duration } from 'aws-cdk-lib';
import * as names from '../lambda/environment.ts';
import type { RedisEnterpriseRotationProps } from './rotation-props.ts';

// The function's own limit.
const OVERLAP_MAX_DAYS = 90;

/** The environment variables of the function. */
export function settings(
  { passwordLength, excludeCharacters }: RedisEnterpriseRotationProps,
  clustersPath: string,
  overlap: Duration,
  timeout: Duration,
): Record<string, string> {
  if (overlap.toDays({ integral: false }) > OVERLAP_MAX_DAYS) {
    throw new Error(
      `overlap must be at most ${OVERLAP_MAX_DAYS} days, got ${overlap.toHumanString()}`,
    );
  }
  return {
    [names.CLUSTERS_PATH]: clustersPath,
    [names.OVERLAP_SECONDS]: String(overlap.toSeconds()),
    [names.FUNCTION_TIMEOUT_SECONDS]: String(timeout.toSeconds()),
    ...(passwordLength && { [names.PASSWORD_LENGTH]: String(passwordLength) }),
    ...(excludeCharacters && { [names.EXCLUDE_CHARACTERS]: excludeCharacters }),
  };
}
