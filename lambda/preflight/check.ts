import { toRotationError } from '../errors.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';

/** One finding of preflight. */
export type Check = {
  check: CheckName;
  status: 'pass' | 'warn' | 'fail' | 'unknown';
  /** What was seen; no password, no reply. */
  detail: string;
  /** What to do about it; empty where nothing is to be done. */
  hint: string;
};

/** What preflight looks at, in this order. */
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
  'lock-out',
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

export const LOOK_IT_UP = 'look it up in the Cluster Manager';

/** What a cluster's reply to a request does not tell; one of status 0 did not come. */
export function notReported(
  check: CheckName,
  cluster: string,
  request: string,
  { status }: Pick<ApiReply, 'status'>,
): Check {
  const how = status === 200 ? 'without telling' : `with ${status}`;
  const seen = status === 0 ? `did not answer ${request}` : `answered ${request} ${how}`;
  return unknown(check, `cluster ${cluster} ${seen}`, LOOK_IT_UP);
}

/** A failure as it would end a step: its message, and its hint as the hint. */
export function failure(check: CheckName, thrown: unknown): Check {
  const { what, hint } = toRotationError(thrown).parts;
  return fail(check, what, hint);
}
