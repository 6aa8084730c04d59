import { Token } from 'aws-cdk-lib';
import { findViolation, type Rule, stringRule } from '../../lambda/field-rules.ts';
import { isHost, parsePort } from '../../lambda/network/endpoint.ts';
import { VALUE_RULES } from '../../lambda/secret/value-rules.ts';
import type { AdoptUserProps } from './secret-props.ts';
import { checkUsername } from './user-tag.ts';

// The rules of the function; two are stricter in a template.
const FIELDS: Record<string, Rule> = {
  ...VALUE_RULES,
  ssl: { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' },
  // The secret has no password at first, so the first rotation must log in as an administrator.
  login: stringRule('"admin"', (text) => text === 'admin'),
};

const PROPERTIES = ['username', 'host', 'port'];

/** Throws if a user's secret must not have this value. */
export function checkUserValue(id: string, props: AdoptUserProps, value: string): void {
  const { username, host, port, fields = {}, rotateImmediately = true } = props;
  const fail = (option: string, problem: string): never => {
    throw new Error(`${option} of '${id}' ${problem}`);
  };
  if (!rotateImmediately) {
    const hint = 'leave it out, because Secrets Manager cannot test a secret without a password';
    fail('rotateImmediately', `must be true, got false; hint: ${hint}`);
  }
  if (/"password":/i.test(JSON.stringify(fields))) {
    fail('fields', 'must not have a password; hint: remove it, because anyone can read a template');
  }
  if (Token.isUnresolved(value) || Token.isUnresolved(port)) {
    const hint = 'use literals, because a token creates another secret at every synthesis';
    fail('values', `must be known at synthesis, got a token; hint: ${hint}`);
  }
  checkUsername(id, username);
  if (!isHost(host)) fail('host', `must be a host name or an IP address, got '${host}'`);
  if (parsePort(port) !== port) fail('port', `must be 1 to 65535, got ${port}`);
  const property = PROPERTIES.find((name) => Object.hasOwn(fields, name));
  if (property !== undefined) {
    fail('fields', `must not have '${property}'; hint: set the property ${property} instead`);
  }
  const violation = findViolation({ ...fields, username }, FIELDS);
  if (violation !== undefined) fail('fields', `are invalid: ${violation}`);
}
