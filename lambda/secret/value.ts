import { isDeepStrictEqual } from 'node:util';
import { RotationError } from '../errors.ts';
import { VALUE_MAX_BYTES, VALUE_MAX_LEVELS } from '../event.ts';
import { findViolation } from '../field-rules.ts';
import { isNestedDeeper, type JsonObject, parseLossless, parseObject } from '../json.ts';
import { type Endpoint, parseEndpoint, parsePort } from '../network/endpoint.ts';
import { VALUE_RULES } from './value-rules.ts';

/** The value of a secret, after validation. */
export type SecretValue = {
  /** The whole JSON object, without loss. */
  fields: JsonObject;
  /** The user's name, as `AUTH` takes it; `default` for the default user of one database. */
  username: string;
  /** Absent only before the first rotation in admin mode. */
  password: string | undefined;
  /** The login name for the REST API: the email, or else the username. */
  apiLoginName: string;
  /** The database endpoints on which the function verifies passwords. */
  endpoints: Endpoint[];
  /** Whether the database endpoints use TLS. */
  ssl: boolean;
  login: 'self' | 'admin' | undefined;
  /** The clusters of the user. Default: every cluster under CLUSTERS_PATH. */
  clusters: string[] | undefined;
};

/** The value of a version; `createdAt` is in milliseconds since the epoch. */
export type VersionValue = SecretValue & { versionId: string; createdAt: number | undefined };

/** The fields after validation. */
type Checked = Pick<SecretValue, 'username' | 'password' | 'login' | 'clusters'> & {
  host?: string;
  endpoints?: string[];
  email?: string;
};

/** Parses a value. @throws `secret_value_invalid` with the name of the field, without its value. */
export function parseSecretValue(content: string): SecretValue {
  const fields = parseObject(checkSize(content));
  if (isNestedDeeper(fields, VALUE_MAX_LEVELS)) {
    throw invalid(`it is nested more than ${VALUE_MAX_LEVELS} levels deep`);
  }
  const exactFields = fields && parseLossless(content);
  if (fields === undefined || exactFields === undefined) throw invalid('it is not a JSON object');
  checkFields(fields);
  const { username, password, host, port, endpoints = [], ssl, email, login, clusters } = fields;
  const first = host === undefined ? [] : [{ host, port: parsePort(port) ?? 0 }];
  return {
    fields: exactFields,
    username,
    password,
    apiLoginName: email ?? username,
    endpoints: [...first, ...endpoints.flatMap((one) => parseEndpoint(one) ?? [])],
    ssl: String(ssl) !== 'false',
    login,
    clusters,
  };
}

function checkFields(fields: JsonObject): asserts fields is JsonObject & Checked {
  const broken = findViolation(fields, VALUE_RULES);
  if (broken !== undefined) throw invalid(broken);
  if ((fields.host === undefined) !== (fields.port === undefined)) {
    throw invalid('one of host and port is absent, allowed are both or none');
  }
}

/** Returns the password. @throws `current_password_missing` */
export function requirePassword({ password }: SecretValue): string {
  if (password !== undefined) return password;
  throw new RotationError('current_password_missing', 'secret value: password is absent');
}

/** Returns the value with another password, as JSON. All other fields stay as they are. */
export function withPassword(value: SecretValue, password: string): string {
  return checkSize(JSON.stringify({ ...value.fields, password }));
}

/** Returns the name of a field, except `password`, in which two values differ. */
export function changedField(before: SecretValue, after: SecretValue): string | undefined {
  const own = ({ fields }: SecretValue, name: string) =>
    Object.hasOwn(fields, name) && fields[name];
  const changed = Object.keys({ ...before.fields, ...after.fields }).find(
    (name) => name !== 'password' && !isDeepStrictEqual(own(before, name), own(after, name)),
  );
  // The name of an unknown field may be a password that was pasted into the wrong place.
  return changed === undefined || Object.hasOwn(VALUE_RULES, changed) ? changed : 'another field';
}

function checkSize(content: string): string {
  const bytes = Buffer.byteLength(content);
  if (bytes <= VALUE_MAX_BYTES) return content;
  throw invalid(`it has ${bytes} bytes, allowed are ${VALUE_MAX_BYTES}`);
}

function invalid(what: string): RotationError {
  return new RotationError('secret_value_invalid', `secret value: ${what}`);
}
