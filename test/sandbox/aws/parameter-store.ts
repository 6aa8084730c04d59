import { optionalBoolean, optionalNumber, optionalString, requiredString } from '../input.ts';
import { AwsError, type Input, type Service } from './aws-server.ts';

type StoredParameter = { name: string; type: string; value: string; version: number };

const STANDARD_MAX_BYTES = 4_096;
const ADVANCED_MAX_BYTES = 8_192;
const PAGE_MAX = 10;

/** Emulates Parameter Store, for the operations that the configuration needs. */
export function parameterStoreService(): Service {
  const parameters = new Map<string, StoredParameter>();
  return {
    target: 'AmazonSSM',
    permission: 'ssm',
    messageKey: 'message',
    operations: {
      PutParameter: (input) => putParameter(parameters, input),
      DeleteParameter: (input) => deleteParameter(parameters, input),
      GetParametersByPath: (input) => getParametersByPath(parameters, input),
    },
  };
}

function putParameter(parameters: Map<string, StoredParameter>, input: Input) {
  const name = requiredString(input, 'Name', 2_048);
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
  parameters.set(name, { name, type, value, version });
  return { Version: version, Tier: tier };
}

function deleteParameter(parameters: Map<string, StoredParameter>, input: Input) {
  if (parameters.delete(requiredString(input, 'Name', 2_048))) return {};
  throw new AwsError('ParameterNotFound', 'The parameter was not found.');
}

function getParametersByPath(parameters: Map<string, StoredParameter>, input: Input) {
  const path = requiredString(input, 'Path', 2_048).replace(/\/?$/, '/');
  const isRecursive = optionalBoolean(input, 'Recursive') === true;
  const size = optionalNumber(input, 'MaxResults', 1, PAGE_MAX) ?? PAGE_MAX;
  const from = Number(optionalString(input, 'NextToken') ?? 0);
  const found = [...parameters.values()]
    .filter(({ name }) => name.startsWith(path))
    .filter(({ name }) => isRecursive || !name.slice(path.length).includes('/'));
  const next = from + size;
  return {
    Parameters: found.slice(from, next).map(({ name, type, value, version }) => ({
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      DataType: 'text',
    })),
    NextToken: next < found.length ? String(next) : undefined,
  };
}
