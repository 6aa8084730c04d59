import { parsePolicy } from '../cluster/password-policy.ts';
import { complexityHint, generateComplex } from '../password/complexity.ts';
import { isAnyNodeFrom } from '../redis-enterprise/nodes.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';
import type { Version } from '../redis-enterprise/version.ts';
import type { Settings } from '../settings.ts';
import { type Check, fail, notReported, pass, unknown, warn } from './check.ts';

// Secrets Manager retries a failed rotation: a lower threshold would lock the account in a night.
const LOCKOUT_MIN = 3;

/** Checks that the settings leave a password that the cluster's rules accept. */
export function checkPolicy(
  name: string,
  reply: ApiReply,
  { passwordLength, excludeCharacters: excluded }: Settings,
  words: string[],
): Check {
  const { isComplex, minLength } = parsePolicy(reply.fields);
  if (reply.status !== 200 || isComplex === undefined || minLength === undefined) {
    return notReported('password-policy', name, 'GET /v1/cluster', reply);
  }
  if (!isComplex) return pass('password-policy', `cluster ${name} has no rules`);
  const detail = `cluster ${name} requires complexity and ${minLength} characters`;
  const length = Math.max(passwordLength, minLength);
  if (generateComplex({ length, excluded, words }) !== undefined) {
    return pass('password-policy', detail);
  }
  const hint = `in EXCLUDE_CHARACTERS, ${complexityHint({ length, excluded })}`;
  return fail('password-policy', detail, hint);
}

/** Checks that unavoidable rejected logins do not lock the account. */
export function checkLockout(name: string, reply: ApiReply): Check {
  const { login_lockout_threshold: threshold } = reply.fields;
  if (reply.status !== 200 || typeof threshold !== 'number') {
    return notReported('lockout', name, 'GET /v1/cluster/policy', reply);
  }
  if (threshold === 0) return pass('lockout', `cluster ${name} locks no account`);
  const detail = `cluster ${name} locks an account after ${threshold} rejected logins`;
  if (threshold >= LOCKOUT_MIN) return pass('lockout', detail);
  const hint = `set login_lockout_threshold to ${LOCKOUT_MIN} or more, or to 0`;
  return warn('lockout', detail, hint);
}

// From this version on, the default of the cluster is `auto`: each database decides.
// https://redis.io/docs/latest/operate/rs/references/rest-api/objects/cluster/
const AUTO_FROM: Version = [8, 0, 2, 0];

/** Checks whether the deletion of a password closes connections that are in use. */
export function checkDisconnect(
  name: string,
  reply: ApiReply,
  nodes: ApiReply,
  { overlapSeconds }: Settings,
): Check {
  const { status, fields } = reply;
  if (status !== 200 || !('password_complexity' in fields)) {
    return notReported('disconnect', name, 'GET /v1/cluster', reply);
  }
  // A cluster may leave out a field that has its default value.
  const fallback = isAnyNodeFrom(nodes, AUTO_FROM) ? 'auto' : 'disabled';
  const { disconnect_clients_on_password_removal: setting = fallback } = fields;
  if (setting === 'auto') {
    const hint = 'check disconnect_clients_on_password_removal of each database';
    return unknown('disconnect', `each database of cluster ${name} decides`, hint);
  }
  if (setting !== 'enabled') {
    return pass('disconnect', `cluster ${name} keeps connections when a password is deleted`);
  }
  const detail = `cluster ${name} closes connections when a password is deleted`;
  const hint = `let OVERLAP_SECONDS (${overlapSeconds}) outlast connections, or disable it`;
  return overlapSeconds === 0 ? fail('disconnect', detail, hint) : warn('disconnect', detail, hint);
}
