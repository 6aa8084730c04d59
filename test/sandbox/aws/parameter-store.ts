import {
  optionalBoolean,
  optionalNumber,
  optionalString,
  optionalStrings,
  requiredString,
} from '../input.ts';
import { ACCOUNT, REGION } from '../names.ts';
import { AwsError, type Input, type Service } from './aws-server.ts';

/** A parameter. Its time is in milliseconds since the epoch. */
type StoredParameter = {
  name: string;
  type: string;
  value: string;
  version: number;
  changedAt: number;
};

type Parameters = Map<string, StoredParameter>;

const NAME_MAX = 2_048;
const STANDARD_MAX_BYTES = 4_096;
const ADVANCED_MAX_BYTES = 8_192;
const PAGE_MAX = 10;
const NAMES_MAX = 10;
const ARN_PREFIX = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/`;

/** Emulates Parameter Store, for the operations that the configuration and its readers need. */
export function parameterStoreService(now: () => number): Service {
  const parameters: Parameters = new Map();
  return {
    target: 'AmazonSSM',
    permission: 'ssm',
    messageKey: 'message',
    operations: {
      PutParameter: (input) => putParameter(parameters, input, now()),
      GetParameter: (input) => getParameter(parameters, input),
      GetParameters: (input) => getParameters(parameters, input),
      GetParametersByPath: (input) => getParametersByPath(parameters, input),
      DeleteParameter: (input) => deleteParameter(parameters, input),
    },
  };
}

function putParameter(parameters: Parameters, input: Input, changedAt: number) {
  const name = requiredString(input, 'Name', NAME_MAX);
  const value = requiredString(input, 'Value', ADVANCED_MAX_BYTES);
  const tier = optionalString(input, 'Tier') ?? 'Standard';
  const known = parameters.get(name);
  if (known !== undefined && optionalBoolean(input, 'Overwrite') !== true) {
    const message =
      'The parameter already exists. To overwrite this value, set the overwrite option.';
    throw new AwsError('ParameterAlreadyExists', message);
  }
  if (tier === 'Standard' && Buffer.byteLength(value) > STANDARD_MAX_BYTES) {
    const message =
      'Standard tier parameters support a maximum parameter value of 4096 characters.';
    throw new AwsError('ValidationException', message);
  }
  const type = optionalString(input, 'Type') ?? known?.type ?? 'String';
  const version = (known?.version ?? 0) + 1;
  parameters.set(name, { name, type, value, version, changedAt });
  return { Version: version, Tier: tier };
}

function getParameter(parameters: Parameters, input: Input) {
  const requested = requiredString(input, 'Name', NAME_MAX);
  const { name, version } = parseName(requested);
  const parameter = parameters.get(name);
  if (parameter === undefined) {
    throw new AwsError('ParameterNotFound', `Parameter ${requested} not found.`);
  }
  if (version !== undefined && version !== String(parameter.version)) {
    const message = `Systems Manager could not find version ${version} of ${name}.`;
    throw new AwsError('ParameterVersionNotFound', message);
  }
  return { Parameter: { ...replyOf(parameter, input), Selector: selectorOf(version) } };
}

/** Returns the parameters in alphabetical order. The emulator keeps only the latest version. */
function getParameters(parameters: Parameters, input: Input) {
  const names = [...new Set(optionalStrings(input, 'Names') ?? [])];
  if (names.length === 0 || names.length > NAMES_MAX) {
    const allowed = `must have 1 to ${NAMES_MAX} names`;
    const message = `1 validation error detected: Value at 'names' ${allowed}`;
    throw new AwsError('ValidationException', message);
  }
  const found = names.map((requested) => {
    const { name, version } = parseName(requested);
    const parameter = parameters.get(name);
    const isFound = version === undefined || version === String(parameter?.version);
    if (parameter === undefined || !isFound) return { requested };
    return { requested, reply: { ...replyOf(parameter, input), Selector: selectorOf(version) } };
  });
  const replies = found.flatMap(({ reply }) => reply ?? []);
  return {
    Parameters: replies.sort((one, other) => (one.Name < other.Name ? -1 : 1)),
    InvalidParameters: found.flatMap(({ requested, reply }) => (reply ? [] : requested)),
  };
}

/** Reads a name, a name with a version, or an ARN. */
function parseName(requested: string): { name: string; version: string | undefined } {
  const ofArn = requested.startsWith(ARN_PREFIX) ? `/${requested.slice(ARN_PREFIX.length)}` : '';
  const [name = '', version] = (ofArn || requested).split(':');
  return { name, version };
}

function selectorOf(version: string | undefined): string | undefined {
  return version === undefined ? undefined : `:${version}`;
}

function replyOf({ name, type, value, version, changedAt }: StoredParameter, input: Input) {
  const isEncrypted = type === 'SecureString' && optionalBoolean(input, 'WithDecryption') !== true;
  return {
    Name: name,
    Type: type,
    // AWS returns what KMS encrypted. The emulator has no key.
    Value: isEncrypted ? 'encrypted' : value,
    Version: version,
    LastModifiedDate: changedAt / 1_000,
    ARN: ARN_PREFIX + name.replace(/^\//, ''),
    DataType: 'text',
  };
}

function deleteParameter(parameters: Parameters, input: Input) {
  if (parameters.delete(requiredString(input, 'Name', NAME_MAX))) return {};
  throw new AwsError('ParameterNotFound', 'The parameter was not found.');
}

function getParametersByPath(parameters: Parameters, input: Input) {
  const path = requiredString(input, 'Path', NAME_MAX).replace(/\/?$/, '/');
  const isRecursive = optionalBoolean(input, 'Recursive') === true;
  const size = optionalNumber(input, 'MaxResults', 1, PAGE_MAX) ?? PAGE_MAX;
  const from = Number(optionalString(input, 'NextToken') ?? 0);
  const found = [...parameters.values()]
    .filter(({ name }) => name.startsWith(path))
    .filter(({ name }) => isRecursive || !name.slice(path.length).includes('/'));
  const next = from + size;
  return {
    Parameters: found.slice(from, next).map((parameter) => replyOf(parameter, input)),
    NextToken: next < found.length ? String(next) : undefined,
  };
}
