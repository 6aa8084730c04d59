import fc from 'fast-check';

/** A call of Secrets Manager, as JSON. */
export type Call = {
  operation:
    | 'CreateSecret'
    | 'PutSecretValue'
    | 'UpdateSecretVersionStage'
    | 'GetSecretValue'
    | 'DescribeSecret'
    | 'ListSecretVersionIds';
  input: CallInput;
};

type CallInput = {
  Name?: string;
  SecretId?: string;
  ClientRequestToken?: string;
  SecretString?: string;
  VersionStages?: string[];
  VersionStage?: string;
  VersionId?: string;
  MoveToVersionId?: string;
  RemoveFromVersionId?: string;
  IncludeDeprecated?: boolean;
};

/** Stands for the secret's name, which differs for each sequence. */
export const NAME = 'the-secret';
const SecretId = NAME;
// Few tokens, labels and values, so that calls affect each other.
const TOKENS = ['1', '2', '3'].map((digit) => digit.repeat(32));
export const [T1 = '', T2 = '', T3 = ''] = TOKENS;
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'MINE', 'LIVE-1'];
const VALUES = ['value 1', 'value 2'];

export const create = (ClientRequestToken?: string, SecretString?: string): Call => ({
  operation: 'CreateSecret',
  input: { Name: NAME, ...given({ ClientRequestToken, SecretString }) },
});

export const put = (
  ClientRequestToken: string | undefined,
  SecretString: string,
  VersionStages?: string[],
): Call => ({
  operation: 'PutSecretValue',
  input: { SecretId, SecretString, ...given({ ClientRequestToken, VersionStages }) },
});

export const move = (
  VersionStage: string,
  MoveToVersionId?: string,
  RemoveFromVersionId?: string,
): Call => ({
  operation: 'UpdateSecretVersionStage',
  input: { SecretId, VersionStage, ...given({ MoveToVersionId, RemoveFromVersionId }) },
});

export const get = (VersionId?: string, VersionStage?: string): Call => ({
  operation: 'GetSecretValue',
  input: { SecretId, ...given({ VersionId, VersionStage }) },
});

export const describe = (): Call => ({ operation: 'DescribeSecret', input: { SecretId } });

export const list = (IncludeDeprecated?: boolean): Call => ({
  operation: 'ListSecretVersionIds',
  input: { SecretId, ...given({ IncludeDeprecated }) },
});

type Given<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

/** Returns the members that have a value. */
function given<T extends object>(members: T): Given<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}

const token = fc.constantFrom(...TOKENS);
// AWSCURRENT is twice as likely: rotations depend on it.
const label = fc.oneof(fc.constant('AWSCURRENT'), fc.constantFrom(...LABELS));
const value = fc.constantFrom(...VALUES);
const stages = fc.uniqueArray(label, { minLength: 1, maxLength: 3 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
// A write without a token ends a sequence: few calls have no token.
const mostly = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 30 });

const creates = fc.tuple(mostly(token), maybe(value)).map((args) => create(...args));
const puts = fc.tuple(mostly(token), value, maybe(stages)).map((args) => put(...args));
const moves = fc.tuple(label, mostly(token), maybe(token)).map((args) => move(...args));
const gets = fc.tuple(maybe(token), maybe(label)).map((args) => get(...args));

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 1, arbitrary: creates },
  { weight: 6, arbitrary: puts },
  { weight: 9, arbitrary: moves },
  { weight: 6, arbitrary: gets },
  { weight: 1, arbitrary: fc.constant(describe()) },
  { weight: 2, arbitrary: maybe(fc.boolean()).map(list) },
);

const CALLS_MAX = 20;
// Most sequences begin with a secret that has a value.
const start = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Call[]>([create(T1, 'value 1')]) },
  { weight: 1, arbitrary: fc.constant<Call[]>([]) },
);

export const sequences: fc.Arbitrary<Call[]> = fc
  .tuple(start, fc.array(call, { minLength: 1, maxLength: CALLS_MAX, size: 'max' }))
  .map(([first, rest]) => [...first, ...rest]);
