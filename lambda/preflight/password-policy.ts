import { parsePolicy } from '../cluster/password-policy.ts';
import { complexityHint, generateComplex } from '../password/complexity.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';
import type { Settings } from '../settings.ts';
import { type Check, fail, notReported, pass, unknown, warn } from './check.ts';

// Secrets Manager tries a failed rotation again: fewer refusals would lock the account in a night.
const LOCKOUT_MIN = 3;

/** Whether the settings leave a password that the cluster's rules accept. */
export function checkPolicy(
  name: string,
  reply: ApiReply,
  { passwordLength, excludeCharacters }: Settings,
  words: string[],
): Check {
  const { isComplex, minLength } = parsePolicy(reply.fields);
  if (reply.status !== 200 || isComplex === undefined || minLength === undefined) {
    return notReported('password-policy', name, 'GET /v1/cluster', reply);
  }
  if (!isComplex) return pass('password-policy', `cluster ${name} has no rules`);
  const detail = `cluster ${name} asks for complexity and ${minLength} characters`;
  const length = Math.max(passwordLength, minLength);
  const wanted = { length, excluded: excludeCharacters, words };
  if (generateComplex(wanted) !== undefined) return pass('password-policy', detail);
  const hint = `in EXCLUDE_CHARACTERS, ${complexityHint(wanted)}`;
  return fail('password-policy', detail, hint);
}

/** Whether refused logins that cannot be avoided leave the account open. */
export function checkLockout(name: string, reply: ApiReply): Check {
  const { login_lockout_threshold: threshold } = reply.fields;
  if (reply.status !== 200 || typeof threshold !== 'number') {
    return notReported('lock-out', name, 'GET /v1/cluster/policy', reply);
  }
  const detail = `cluster ${name} locks an account after ${threshold} refused logins`;
  if (threshold === 0) return pass('lock-out', `cluster ${name} locks no account`);
  if (threshold >= LOCKOUT_MIN) return pass('lock-out', detail);
  const hint = `set login_lockout_threshold to ${LOCKOUT_MIN} or more, or to 0`;
  return warn('lock-out', detail, hint);
}

/** Whether a deletion closes connections that are in use. */
export function checkDisconnect(name: string, reply: ApiReply, settings: Settings): Check {
  const { status, fields } = reply;
  if (status !== 200 || !('password_complexity' in fields)) {
    return notReported('disconnect', name, 'GET /v1/cluster', reply);
  }
  const { disconnect_clients_on_password_removal: setting = 'disabled' } = fields;
  const { overlapSeconds } = settings;
  if (setting === 'auto') {
    const hint = 'look at disconnect_clients_on_password_removal of each database';
    return unknown('disconnect', `cluster ${name} leaves it to each database`, hint);
  }
  if (setting !== 'enabled') return pass('disconnect', `cluster ${name} closes no connection`);
  const detail = `cluster ${name} closes connections when it deletes, after ${overlapSeconds} s`;
  const hint = 'let OVERLAP_SECONDS outlast the connections of applications, or disable it';
  return overlapSeconds === 0 ? fail('disconnect', detail, hint) : warn('disconnect', detail, hint);
}
