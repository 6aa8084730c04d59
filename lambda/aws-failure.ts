import { RotationError } from './errors.ts';

/** Turns what an AWS client threw into one `aws_call_failed`, of which only the name is kept. */
export function awsFailure(permission: string, thrown: unknown): RotationError {
  const name = thrown instanceof Error && /^\w{1,64}$/.test(thrown.name) ? thrown.name : 'no reply';
  return new RotationError(
    'aws_call_failed',
    `${permission}: ${name}`,
    hint(name, permission),
    thrown,
  );
}

function hint(name: string, permission: string): string {
  switch (name) {
    case 'AccessDeniedException':
      return `allow ${permission} to the function's role, and kms:Decrypt on the secret's key`;
    case 'ResourceNotFoundException':
      return 'check that the secret or parameter exists in this account and region';
    case 'ThrottlingException':
    case 'LimitExceededException':
      return "wait, or spread the schedules: AWS's quota is used up";
    default:
      return "check the function's network path to AWS, then rotate again";
  }
}
