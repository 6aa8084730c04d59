import { isIP } from 'node:net';
import { Token, Tokenization } from 'aws-cdk-lib';
import { isReserved } from '../../../lambda/event.ts';
import { type Rule, stringRule } from '../../../lambda/field-rules.ts';
import { isHost, parsePort } from '../../../lambda/network/endpoint.ts';
import { VALUE_RULES } from '../../../lambda/secret/value-rules.ts';
import { isLate, isListElement } from '../cdk/late-text.ts';
import type { AdoptUserProps, EndpointProps } from '../props/user-props.ts';
import { checkJsonFields } from './json-fields.ts';

/** What a user's secret holds besides username and password. */
export interface UserValue {
  readonly fields: Record<string, unknown>;
  /** Strings, and lists of strings, which may be tokens. */
  readonly texts: Record<string, string | readonly string[]>;
  /** A JSON text of further fields. */
  readonly extraFields?: string;
}

// The secret has no password at first, so the first rotation must log in as an administrator.
const LOGIN = stringRule("'admin'", (text) => text === 'admin');
const SSL: Rule = { allowed: 'true or false', accepts: (seen) => typeof seen === 'boolean' };

/** Returns what the secret of a user holds. Throws if a property is invalid. */
export function userValue(name: string, props: AdoptUserProps): UserValue {
  const { endpoints, clusters, ssl, email, login, extraFields = {} } = props;
  checkEndpoints(name, endpoints);
  checkJsonFields(name, extraFields);
  checkExtraFields(name, extraFields);
  const isKnownEmail = email !== undefined && !isLate(email);
  const rules = {
    ssl: SSL,
    login: LOGIN,
    ...(isKnownEmail && { email: VALUE_RULES.email as Rule }),
  };
  checkRules(name, { ssl, login, email }, rules);
  const [first, ...others] = endpoints;
  // Sorted, so that the order of the fields changes nothing.
  const sorted = Object.entries(extraFields).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    fields: {
      ...Object.fromEntries(sorted),
      host: first?.host,
      port: first?.port,
      ...(ssl !== undefined && { ssl }),
      ...(email !== undefined && { email }),
      ...(login !== undefined && { login }),
    },
    texts: {
      ...(others.length > 0 && { endpoints: others.map(formatEndpoint) }),
      ...(clusters !== undefined && { clusters }),
    },
  };
}

function checkRules(name: string, values: Record<string, unknown>, rules: Record<string, Rule>) {
  for (const [property, { allowed, accepts }] of Object.entries(rules)) {
    const seen = values[property];
    if (seen === undefined || accepts(seen)) continue;
    const shown = typeof seen === 'string' ? `'${seen}'` : JSON.stringify(seen);
    throw new Error(`${property} of ${name} must be ${allowed}, got ${shown}`);
  }
}

// The first endpoint is host and port, and the function accepts 15 further endpoints.
const ENDPOINTS_MAX = 16;

function checkEndpoints(name: string, endpoints: readonly EndpointProps[]): void {
  if (endpoints.length === 0 || endpoints.length > ENDPOINTS_MAX) {
    const seen = endpoints.length;
    throw new Error(`endpoints of ${name} must be 1 to ${ENDPOINTS_MAX}, got ${seen}`);
  }
  for (const { host, port } of endpoints) {
    if (isListElement(host)) {
      const hint = 'hint: use Fn.select, because CDK cannot use one element of a list token';
      throw new Error(`host of ${name} must be a text, got an element of a list token; ${hint}`);
    }
    if (!isLate(host) && !isHost(host)) {
      throw new Error(`host of ${name} must be a host name or an IP address, got '${host}'`);
    }
    const isKnown = !Token.isUnresolved(port) && !isNotLookedUp(port);
    // JavaScript can leave the port out.
    const isValid = port !== undefined && parsePort(port) === port;
    if (isKnown && !isValid) throw new Error(`port of ${name} must be 1 to 65535, got ${port}`);
  }
}

/** Returns whether a port is what `Number` makes of a text that the CDK CLI has yet to look up. */
export function isNotLookedUp(port: number): boolean {
  return Number.isNaN(port);
}

function checkExtraFields(name: string, fields: Readonly<Record<string, unknown>>): void {
  if (hasPassword(fields)) {
    const hint = 'hint: remove it, because anyone can read a template';
    throw new Error(`extraFields of ${name} must not have a password; ${hint}`);
  }
  const isOwn = (field: string) => isReserved(field) || Object.hasOwn(VALUE_RULES, field);
  const own = Object.keys(fields).find(isOwn);
  if (own === undefined) return;
  const hint = 'hint: remove it, or use the property of the user';
  throw new Error(`extraFields of ${name} must not have '${own}'; ${hint}`);
}

function hasPassword(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return false;
  return Object.entries(value).some(([key, one]) => /^password$/i.test(key) || hasPassword(one));
}

function formatEndpoint({ host, port }: EndpointProps): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return `${name}:${Tokenization.stringifyNumber(port)}`;
}
