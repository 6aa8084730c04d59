import { optionalString, optionalStrings } from '../input.ts';
import { AwsError, type Input } from './aws-server.ts';
import { LABELS_MAX, type SecretContent, type StoredVersion } from './secret-store.ts';

const VALUE_MAX_BYTES = 65_536;
const STAGE_MAX = 256;
const TOKEN_MIN = 32;
export const TOKEN_MAX = 64;

/** Throws unless a version has this value: a version's value never changes. */
export function requireSameValue(
  arn: string,
  known: StoredVersion,
  value: SecretContent | undefined,
): void {
  if (JSON.stringify(known.value) === JSON.stringify(value)) return;
  const what = `that value is already in use for a version of secret ${arn}.`;
  const message = `You can't use ClientRequestToken ${known.id} because ${what}`;
  throw new AwsError('ResourceExistsException', message);
}

export function stagesOf(input: Input): string[] {
  const stages = optionalStrings(input, 'VersionStages') ?? ['AWSCURRENT'];
  const isAllowed = (label: string) => label.length >= 1 && label.length <= STAGE_MAX;
  if (stages.length > 0 && stages.length <= LABELS_MAX && stages.every(isAllowed)) return stages;
  throw new AwsError('ValidationException', `VersionStages must be 1 to ${LABELS_MAX} labels`);
}

/** Returns the ClientRequestToken. The operation determines the error if it is absent. */
export function tokenOf(input: Input, absent: string): string {
  const token = optionalString(input, 'ClientRequestToken', TOKEN_MAX);
  if (token === undefined) {
    const message = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';
    throw new AwsError(absent, message);
  }
  if (token.length >= TOKEN_MIN) return token;
  const message = `ClientRequestToken must have ${TOKEN_MIN} to ${TOKEN_MAX} characters.`;
  throw new AwsError('InvalidParameterException', message);
}

export function contentOf(input: Input): SecretContent | undefined {
  const binary = optionalString(input, 'SecretBinary', VALUE_MAX_BYTES * 2);
  if (binary !== undefined) return { SecretBinary: binary };
  const text = optionalString(input, 'SecretString', VALUE_MAX_BYTES);
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) <= VALUE_MAX_BYTES) return { SecretString: text };
  throw new AwsError('InvalidParameterException', `The value has over ${VALUE_MAX_BYTES} bytes.`);
}
