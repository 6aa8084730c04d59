import { errorName, RotationError } from '../errors.ts';

const STOPPED = 'stopped: the time of the invocation was used up';

/** Returns a handler that turns an error of an AWS client into `aws_call_failed`. */
export function awsFailure(permission: string) {
  const hints: Record<string, string> = {
    AccessDeniedException: `allow ${permission} to the function's role, and kms:Decrypt on the key`,
    ResourceNotFoundException: 'check that it exists in this account and region',
    LimitExceededException: 'remove staging labels that are not in use',
    ThrottlingException: "wait, or spread the schedules: AWS's quota is used up",
    AbortError: 'find the slow call in the log, then retry',
  };
  return (thrown: unknown): never => {
    if (thrown instanceof RotationError) throw thrown;
    const name = errorName(thrown);
    // The name comes from a reply: it may be `constructor`.
    const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
    const how = name === 'AbortError' ? STOPPED : `failed with ${name}`;
    throw new RotationError('aws_call_failed', `${permission} ${how}`, { cause: thrown, hint });
  };
}
