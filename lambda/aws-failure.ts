import { nameOf, RotationError } from './errors.ts';

/** Passes a RotationError on, and turns what an AWS client threw into `aws_call_failed`. */
export function awsFailure(permission: string) {
  const hints = new Map([
    [
      'AccessDeniedException',
      `allow ${permission} to the function's role, and kms:Decrypt on the key`,
    ],
    ['ResourceNotFoundException', 'check that it exists in this account and region'],
    ['LimitExceededException', 'take off staging labels that are not in use'],
    ['ThrottlingException', "wait, or spread the schedules: AWS's quota is used up"],
  ]);
  return (thrown: unknown): never => {
    if (thrown instanceof RotationError) throw thrown;
    const name = nameOf(thrown);
    const options = { cause: thrown, hint: hints.get(name) };
    const isStopped = name === 'AbortError';
    const how = isStopped
      ? 'stopped: the time of the invocation was used up'
      : `failed with ${name}`;
    throw new RotationError('aws_call_failed', `${permission} ${how}`, options);
  };
}
