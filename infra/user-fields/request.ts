import { SECRET_ARN } from '../../lambda/event.ts';
import { fieldsOf, type JsonObject, parseObject } from '../../lambda/json.ts';
import { VALUE_RULES } from '../../lambda/secret/value-rules.ts';
import { HandlerError } from './handler-error.ts';

/** Where and how CloudFormation expects the response to its event. */
export type Reply = {
  /** Anyone who knows this address can write the response. */
  responseUrl: string;
  physicalResourceId: string;
  /** CloudFormation compares these with its event. */
  ids: { StackId: unknown; RequestId: unknown; LogicalResourceId: unknown };
};

/** What the properties of the custom resource ask for. */
export type Change = {
  /** An earlier deployment of this resource gave the secret a rotation schedule. */
  isScheduled: boolean;
  /** The complete ARN. */
  secretId: string;
  fields: JsonObject;
  /** Fields that an earlier deployment wrote, and that this deployment does not write. */
  remove: string[];
};

/**
 * Returns where the response to an event goes, or undefined without an address.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export function parseReply(event: JsonObject): Reply | undefined {
  const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId } = event;
  if (typeof ResponseURL !== 'string' || !/^https:\/\/\S+$/.test(ResponseURL)) return undefined;
  const asked = fieldsOf(event.ResourceProperties)?.SecretId;
  // An update of another secret is a replacement: CloudFormation then deletes the former id.
  const found = RequestType === 'Delete' ? undefined : asked;
  const ids = [found, event.PhysicalResourceId, LogicalResourceId, 'invalid'];
  return {
    responseUrl: ResponseURL,
    physicalResourceId: ids.find((one) => typeof one === 'string' && one !== '') as string,
    ids: { StackId, RequestId, LogicalResourceId },
  };
}

/** Returns the change that an event asks for, or undefined for a deletion. @throws HandlerError */
export function parseChange(event: JsonObject): Change | undefined {
  const { RequestType: type } = event;
  if (type === 'Delete') return undefined;
  if (type !== 'Create' && type !== 'Update') {
    throw new HandlerError('RequestType is invalid, allowed are Create, Update and Delete');
  }
  const { secretId, fields, invalid } = parseProperties(event.ResourceProperties);
  if (typeof secretId !== 'string' || !SECRET_ARN.test(secretId)) {
    throw new HandlerError('SecretId is invalid, allowed is the complete ARN of a secret');
  }
  if (invalid !== undefined) {
    throw new HandlerError(`${invalid} are invalid, allowed is a JSON object`);
  }
  const old = parseProperties(event.OldResourceProperties);
  const isSameSecret = type === 'Update' && old.secretId === secretId;
  const remove = isSameSecret ? leftOut(old.fields, fields) : [];
  return { isScheduled: isSameSecret, secretId, fields, remove };
}

/**
 * Reads the properties. CloudFormation turns numbers and booleans into strings, so these fields are
 * a JSON text, and further fields are another. A template cannot write lists into a text, or leave
 * a part of it out: `Texts` has lists of strings, and optional strings.
 */
function parseProperties(properties: unknown) {
  const { SecretId: secretId, Fields, ExtraFields = '{}', Texts = {} } = fieldsOf(properties) ?? {};
  const parse = (text: unknown) => (typeof text === 'string' ? parseObject(text) : undefined);
  const parts = { ExtraFields: parse(ExtraFields), Fields: parse(Fields), Texts: fieldsOf(Texts) };
  const [invalid] = Object.entries(parts).find(([, part]) => part === undefined) ?? [];
  return { secretId, invalid, fields: { ...parts.ExtraFields, ...parts.Fields, ...parts.Texts } };
}

/** The function itself removes the contract's own fields. */
function leftOut(old: JsonObject, fields: JsonObject): string[] {
  return Object.keys(old).filter(
    (name) => !Object.hasOwn(fields, name) && !Object.hasOwn(VALUE_RULES, name),
  );
}
