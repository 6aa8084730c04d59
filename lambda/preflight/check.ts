import { toRotationError } from '../errors.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';

/** One finding of preflight. */
export type Check = {
  check: CheckName;
  status: 'pass' | 'warn' | 'fail' | 'unknown';
  /** What was seen, without passwords and reply bodies. */
  detail: string;
  /** The next action; empty if none is needed. */
  hint: string;
  /** Whether a database rejects AWSCURRENT. */
  isLockedOut?: true;
};

/** The checks, in the order of the report. */
export const CHECK_NAMES = [
  'secret',
  'clusters',
  'user-tag',
  'rotation',
  'labels',
  'overlap',
  'name',
  'tcp',
  'tls',
  'certificate',
  'verification',
  'login',
  'version',
  'permission',
  'user',
  'managed',
  'password-policy',
  'lockout',
  'disconnect',
] as const;

type CheckName = (typeof CHECK_NAMES)[number];

export function pass(check: CheckName, detail: string): Check {
  return { check, status: 'pass', detail, hint: '' };
}

export function warn(check: CheckName, detail: string, hint: string): Check {
  return { check, status: 'warn', detail, hint };
}

export function fail(check: CheckName, detail: string, hint: string): Check {
  return { check, status: 'fail', detail, hint };
}

export function unknown(check: CheckName, detail: string, hint = ''): Check {
  return { check, status: 'unknown', detail, hint };
}

/** What a check and the command say about `isLockedOut`. */
export const LOCKED_OUT = 'Applications that read the secret cannot log in now.';

export const LOOK_UP_HINT = 'look it up in the Cluster Manager';

/** Returns the check for a reply without the needed field. Status 0 stands for no reply. */
export function notReported(
  check: CheckName,
  cluster: string,
  request: string,
  { status }: Pick<ApiReply, 'status'>,
): Check {
  const how = status === 200 ? 'without the needed field' : `with ${status}`;
  const seen = status === 0 ? `did not answer ${request}` : `answered ${request} ${how}`;
  return unknown(check, `cluster ${cluster} ${seen}`, LOOK_UP_HINT);
}

/** Returns the check for an error that would end a step. */
export function failure(check: CheckName, thrown: unknown): Check {
  const { code, what, hint } = toRotationError(thrown);
  return fail(check, `${code}: ${what}`, hint);
}
