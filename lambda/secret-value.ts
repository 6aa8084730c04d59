import { isDeepStrictEqual } from 'node:util';
import { type Endpoint, isHost, parseEndpoint, readPort } from './endpoint.ts';
import { RotationError } from './errors.ts';
import { type JsonObject, parseObject } from './json.ts';

/** A secret's value, checked. `fields` is the whole JSON object as it was written. */
export type SecretValue = {
  fields: JsonObject;
  /** The user's name: what `AUTH` takes. */
  username: string;
  /** Absent only before a first rotation in admin mode. */
  password: string | undefined;
  /** The name for the REST API: the email where there is one. */
  restName: string;
  /** The database endpoints on which a password is proved. */
  endpoints: Endpoint[];
  /** Whether the database endpoints speak TLS. */
  ssl: boolean;
  login: LoginMode | undefined;
  /** Names of the clusters that the user exists on; absent: every cluster there is. */
  clusters: string[] | undefined;
};

export type LoginMode = 'self' | 'admin';

// AWS's limit for a secret's value.
const SECRET_VALUE_MAX_BYTES = 65_536;

// Redis Enterprise's own pattern for a user's name: printable ASCII without " & < >.
const USERNAME = /^[ -!#-%'-;=?-~]{1,255}$/;
const EMAIL = /^[\w.+-]+@[\w.-]+$/;
const CLUSTER_NAME = /^[\w.-]{1,128}$/;

/** Reads a secret's value; throws `secret_value_invalid` naming the field, and echoes nothing. */
export function parseSecretValue(text: string): SecretValue {
  const fields = parseFields(text);
  const username = readString(fields, 'username', 'a user name', (name) => USERNAME.test(name));
  if (username === undefined) throw invalid('username', 'the name of the user', 'is absent');
  if (username === 'default') {
    throw invalid('username', 'a named user', 'is "default", which has no list of passwords');
  }
  const engine = 'redis-enterprise';
  readString(fields, 'engine', `"${engine}"`, (name) => name === engine);
  const isEmail = (email: string) => EMAIL.test(email);
  const isMode = (login: string): login is LoginMode => login === 'self' || login === 'admin';
  return {
    fields,
    username,
    password: readString(fields, 'password', 'a string with characters in it', notEmpty),
    restName: readString(fields, 'email', 'an email address', isEmail) ?? username,
    endpoints: readEndpoints(fields),
    ssl: readSsl(fields),
    login: readString(fields, 'login', '"self" or "admin"', isMode),
    clusters: readClusters(fields),
  };
}

/** The password; throws `current_password_missing` where the user has none in the secret yet. */
export function passwordOf({ password }: SecretValue): string {
  if (password !== undefined) return password;
  throw new RotationError(
    'current_password_missing',
    'secret value: password is absent',
    'rotate the secret immediately, in admin mode; self mode needs the password in the secret',
  );
}

/** The value with another password and every other field as it was. */
export function withPassword(value: SecretValue, password: string): string {
  const text = JSON.stringify({ ...value.fields, password });
  checkSize(text);
  return text;
}

/** The name of a field, other than `password`, in which two values differ. */
export function changedField(before: SecretValue, after: SecretValue): string | undefined {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  names.delete('password');
  const same = (name: string) =>
    Object.hasOwn(before.fields, name) === Object.hasOwn(after.fields, name) &&
    isDeepStrictEqual(before.fields[name], after.fields[name]);
  return [...names].find((name) => !same(name));
}

function parseFields(text: string): JsonObject {
  checkSize(text);
  const fields = parseObject(text);
  if (fields !== undefined) return fields;
  throw invalid('the value', 'a JSON object', 'is something else');
}

function checkSize(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= SECRET_VALUE_MAX_BYTES) return;
  throw invalid('the value', `at most ${SECRET_VALUE_MAX_BYTES} bytes`, `has ${bytes} bytes`);
}

function readString<T extends string>(
  fields: JsonObject,
  name: string,
  allowed: string,
  accepts: ((text: string) => text is T) | ((text: string) => boolean),
): T | undefined {
  const seen = fields[name];
  if (seen === undefined) return undefined;
  if (typeof seen === 'string' && accepts(seen)) return seen as T;
  throw invalid(name, allowed, typeof seen === 'string' ? 'is another string' : describe(seen));
}

function readEndpoints(fields: JsonObject): Endpoint[] {
  const { host, port, endpoints = [] } = fields;
  const found: Endpoint[] = [];
  if (host !== undefined || port !== undefined) {
    if (typeof host !== 'string' || !isHost(host)) {
      throw invalid('host', 'a host name or an IP address, beside port', describe(host));
    }
    const number = readPort(port);
    if (number === undefined) {
      throw invalid('port', 'a whole number from 1 to 65535, beside host', describe(port));
    }
    found.push({ host, port: number });
  }
  if (!Array.isArray(endpoints)) {
    throw invalid('endpoints', 'a list of "host:port"', describe(endpoints));
  }
  for (const [index, text] of endpoints.entries()) {
    const endpoint = typeof text === 'string' ? parseEndpoint(text) : undefined;
    if (endpoint === undefined) {
      throw invalid(`endpoints[${index}]`, '"host:port"', describe(text));
    }
    found.push(endpoint);
  }
  return found;
}

// The console's key/value editor can only write strings, so "true" and "false" are taken too.
function readSsl({ ssl = true }: JsonObject): boolean {
  if (ssl === true || ssl === 'true') return true;
  if (ssl === false || ssl === 'false') return false;
  throw invalid('ssl', 'true or false', describe(ssl));
}

function readClusters({ clusters }: JsonObject): string[] | undefined {
  if (clusters === undefined) return undefined;
  const isName = (name: unknown): name is string =>
    typeof name === 'string' && CLUSTER_NAME.test(name);
  if (Array.isArray(clusters) && clusters.length > 0 && clusters.every(isName)) return clusters;
  throw invalid('clusters', 'a list of cluster names', describe(clusters));
}

function notEmpty(text: string): boolean {
  return text !== '';
}

function describe(seen: unknown): string {
  if (seen === undefined) return 'is absent';
  if (Array.isArray(seen)) return 'is another list';
  return seen === null ? 'is null' : `is another ${typeof seen}`;
}

function invalid(field: string, allowed: string, seen: string): RotationError {
  return new RotationError(
    'secret_value_invalid',
    `secret value: ${field} ${seen}, allowed is ${allowed}`,
    `correct ${field} with put-secret-value, then rotate again`,
  );
}
