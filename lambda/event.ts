import { RotationError } from './errors.ts';
import { fieldsOf, isNestedDeeper, type JsonObject } from './json.ts';

/** The event of AWS Secrets Manager. The steps are in camelCase, as AWS sends them. */
export type RotationEvent = {
  Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The complete ARN. */
  SecretId: string;
  /** 32 to 64 characters, not always a UUID: the VersionId of the pending version. */
  ClientRequestToken: string;
  RotationToken: string | undefined;
};

/** The event of the schedule, and of an operator. */
type CheckEvent = { Step: 'reconcile' | 'preflight'; SecretId: string };

/** The event of an operator after a leak. `Confirm` is the username. */
export type ReplaceAllEvent = { Step: 'replaceAll'; SecretId: string; Confirm: string };

/** The event of a deployment: what the value has besides `username` and `password`. */
export type UpdateFieldsEvent = {
  Step: 'updateFields';
  SecretId: string;
  Fields: JsonObject;
  /** Further fields to remove. Fields that the contract names need no entry. */
  Remove: string[];
};

/** The event of an operator who wants an earlier password back. `Confirm` is the username. */
export type RollBackEvent = {
  Step: 'rollBack';
  SecretId: string;
  Confirm: string;
  /** Default: AWSPREVIOUS, or else the newest version, if it is older than AWSCURRENT. */
  VersionId: string | undefined;
};

export type Event =
  | RotationEvent
  | CheckEvent
  | ReplaceAllEvent
  | RollBackEvent
  | UpdateFieldsEvent;
export type RotationStep = RotationEvent['Step'];

const STEPS = [
  'createSecret',
  'setSecret',
  'testSecret',
  'finishSecret',
  'reconcile',
  'preflight',
  'replaceAll',
  'rollBack',
  'updateFields',
] as const;

/** Matches the complete ARN of a secret. */
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S{1,1024}$/;

/** Parses an event. @throws `event_invalid` with the name of the field, without its value. */
export function parseEvent(event: unknown): Event {
  if (typeof event !== 'object' || event === null) throw invalid('the event is not an object');
  const fields: Partial<Record<keyof RotationEvent | keyof RollBackEvent, unknown>> = { ...event };
  const { SecretId, Confirm, VersionId } = fields;
  const Step = STEPS.find((name) => name === fields.Step);
  if (Step === undefined) {
    throw invalid(`Step is absent or invalid, allowed are ${STEPS.join(', ')}`);
  }
  if (typeof SecretId !== 'string' || !SECRET_ARN.test(SecretId)) {
    throw invalid('SecretId is absent or invalid, allowed is the complete ARN of a secret');
  }
  if (Step === 'reconcile' || Step === 'preflight') return { Step, SecretId };
  if (Step === 'updateFields') return parseFields(SecretId, { ...event });
  if (Step !== 'replaceAll' && Step !== 'rollBack') return parseTokens(Step, SecretId, fields);
  if (typeof Confirm !== 'string' || Confirm === '') {
    throw invalid('Confirm is absent or invalid, allowed is the username in the secret');
  }
  if (Step === 'replaceAll') return { Step, SecretId, Confirm };
  if (VersionId === undefined || isVersionId(VersionId)) {
    return { Step, SecretId, Confirm, VersionId };
  }
  throw invalid('VersionId is not a string of 32 to 64 characters');
}

function parseTokens(
  Step: RotationStep,
  SecretId: string,
  { ClientRequestToken, RotationToken }: { [field in keyof RotationEvent]?: unknown },
): RotationEvent {
  if (!isVersionId(ClientRequestToken)) {
    throw invalid('ClientRequestToken is not a string of 32 to 64 characters');
  }
  if (RotationToken === undefined || (typeof RotationToken === 'string' && RotationToken !== '')) {
    return { Step, SecretId, ClientRequestToken, RotationToken };
  }
  throw invalid('RotationToken is not a string with characters in it');
}

const isVersionId = (value: unknown): value is string =>
  typeof value === 'string' && /^.{32,64}$/s.test(value);

// AWS's limit for a secret's value.
export const VALUE_MAX_BYTES = 65_536;
// Deeper values exceed the stack of functions that compare or write them.
export const VALUE_MAX_LEVELS = 100;

/** Whether no deployment may set a field: the tag has the username, a rotation the password. */
export function isReserved(name: string): boolean {
  return /^(username|password)$/i.test(name);
}

function parseFields(
  SecretId: string,
  { Fields, Remove = [] }: { Fields?: unknown; Remove?: unknown },
): UpdateFieldsEvent {
  const fields = fieldsOf(Fields);
  if (fields === undefined) throw invalid('Fields is absent or not an object');
  if (isNestedDeeper(fields, VALUE_MAX_LEVELS)) {
    throw invalid(`Fields is nested more than ${VALUE_MAX_LEVELS} levels deep`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(fields));
  if (bytes > VALUE_MAX_BYTES) {
    throw invalid(`Fields has ${bytes} bytes, allowed are ${VALUE_MAX_BYTES}`);
  }
  if (!isStringList(Remove)) throw invalid('Remove is not a list of strings');
  for (const [list, names] of Object.entries({ Fields: Object.keys(fields), Remove })) {
    if (!names.some(isReserved)) continue;
    throw invalid(`${list} names username or password, allowed are all other fields`);
  }
  return { Step: 'updateFields', SecretId, Fields: fields, Remove };
}

function isStringList(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string');
}

function invalid(what: string): RotationError {
  return new RotationError('event_invalid', what);
}
