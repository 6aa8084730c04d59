import {
  optionalBoolean,
  optionalNumber,
  optionalString,
  optionalStrings,
  requiredString,
} from '../input.ts';
import { AwsError, type Input } from './aws-server.ts';
import { metadataOf, stagesOf } from './secret-reads.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';

const PAGE_MAX = 100;

// The filters of the emulator, and what each one compares.
const FILTERS: Record<string, (secret: StoredSecret) => Iterable<string>> = {
  name: ({ name }) => [name],
  'tag-key': ({ tags }) => tags.keys(),
  'tag-value': ({ tags }) => tags.values(),
};

// Negation is not emulated.
const FILTER_VALUE = /^[a-zA-Z0-9 :_@/+=.-]*$/;

/**
 * Lists secrets in the order of their creation. A secret is listed if it matches every filter. It
 * matches a filter if the compared text starts with one of the filter's values.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function listSecrets(store: SecretStore, input: Input) {
  const size = optionalNumber(input, 'MaxResults', 1, PAGE_MAX) ?? PAGE_MAX;
  const from = Number(optionalString(input, 'NextToken') ?? 0);
  const matchers = [input.Filters ?? []].flat().map(matcherOf);
  const hasMarked = optionalBoolean(input, 'IncludePlannedDeletion') === true;
  const found = store
    .list()
    .filter(({ deletedAt }) => hasMarked || deletedAt === undefined)
    .filter((secret) => matchers.every((matches) => matches(secret)));
  const next = from + size;
  return {
    SecretList: found
      .slice(from, next)
      .map((secret) => ({ ...metadataOf(secret), SecretVersionsToStages: stagesOf(secret) })),
    NextToken: next < found.length ? String(next) : undefined,
  };
}

function matcherOf(filter: unknown): (secret: StoredSecret) => boolean {
  const textsOf = FILTERS[requiredString(Object(filter), 'Key')];
  const values = optionalStrings(Object(filter), 'Values') ?? [];
  if (textsOf === undefined || !values.every((value) => FILTER_VALUE.test(value))) {
    throw new AwsError('ValidationException', '1 validation error detected: invalid filter');
  }
  return (secret) =>
    [...textsOf(secret)].some((text) => values.some((prefix) => text.startsWith(prefix)));
}
