/**
 * The handler retries errors that soon pass for this time. IAM applies a new policy, a new function
 * becomes active, and a throttle ends within seconds. AWS documents no limits.
 */
export const RETRY_MS = 60_000;

// Spread, because CloudFormation starts the handlers of several users at the same time.
export const WAIT_MIN_MS = 2_000;
export const WAIT_MAX_MS = 6_000;

// CloudFormation waits for a lost response until the ServiceTimeout.
export const RESPONSE_WAITS_MS = [1_000, 2_000, 4_000];
export const RESPONSE_TIMEOUT_MS = 5_000;

const RESPONSE_MAX_MS = RESPONSE_WAITS_MS.reduce(
  (sum, wait) => sum + wait + RESPONSE_TIMEOUT_MS,
  RESPONSE_TIMEOUT_MS,
);

/** Time for the last wait before a retry, and for the response. */
export const MARGIN_MS = WAIT_MAX_MS + RESPONSE_MAX_MS;
