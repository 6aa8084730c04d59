import { formatDenial, parseDenial } from '../../lambda/aws/denial.ts';
import { errorCode, errorName } from '../../lambda/errors.ts';
import { Failure } from '../failure.ts';

type Explanation = { matches: RegExp; message: (seen: string) => string; hint: string };

const LOG_IN = 'run `aws sso login` or `aws configure`, or select another --profile';
const CHECK_NETWORK = 'check --region, the network, the proxy, and AWS_ENDPOINT_URL';

// The first that matches the name, the code or the message of an error.
const EXPLANATIONS: Explanation[] = [
  {
    matches: /Region is missing|Region not accepted/,
    message: (seen) =>
      /missing/i.test(seen) ? 'no AWS Region is set' : 'the AWS Region is invalid',
    hint: 'add --region, or set AWS_REGION',
  },
  {
    matches: /SSO session|Token is expired|ExpiredToken|RequestExpired/,
    message: () => 'the AWS credentials have expired',
    hint: LOG_IN,
  },
  {
    matches: /CredentialsProviderError|Could not load credentials|TokenProviderError/,
    message: () => 'no AWS credentials were found',
    hint: `${LOG_IN}: \`aws configure list-profiles\` lists them`,
  },
  {
    matches: /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch/,
    message: () => 'AWS rejected the credentials',
    hint: `check the clock of this machine; ${LOG_IN}`,
  },
  {
    matches: /MissingAuthenticationToken|IncompleteSignature/,
    message: () => 'AWS rejected the credentials',
    hint: LOG_IN,
  },
  {
    matches: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE/,
    message: (seen) => `AWS cannot be reached: ${seen}`,
    hint: CHECK_NETWORK,
  },
  {
    matches: /ETIMEDOUT|TimeoutError/,
    message: () => 'AWS did not reply in time',
    hint: CHECK_NETWORK,
  },
  {
    matches: /CERT_|CERTIFICATE|SELF_SIGNED|UNABLE_TO_/,
    message: (seen) => `the certificate of the AWS endpoint is not trusted: ${seen}`,
    hint: 'set NODE_EXTRA_CA_CERTS to the CA of your proxy',
  },
  {
    matches: /^LimitExceeded/,
    message: (seen) => `a quota of AWS is used up: ${seen}`,
    hint: 'a secret has at most 20 labels: see `status`; otherwise, try again in a minute',
  },
  {
    matches: /Throttl|TooManyRequests|RequestLimitExceeded/,
    message: () => 'AWS throttled the calls',
    hint: 'wait a minute, then run the command again',
  },
];

/** Explains an error of the AWS SDK, or any other error, in one line with a hint. */
export function explain(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const name = errorName(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (/^AccessDenied|^NotAuthorized/.test(name)) return denied(name, text);
  if (name === 'ResourceNotFoundException') return notFound(name, text);
  const seen = `${name} ${errorCode(thrown) ?? ''} ${text}`;
  const found = EXPLANATIONS.find(({ matches }) => matches.test(seen));
  if (found !== undefined) return new Failure(2, name, found.message(text || name), found.hint);
  const isOfAws = thrown instanceof Error && '$metadata' in thrown;
  const hint = isOfAws
    ? 'look the exception up in the documentation of AWS'
    : 'report this, with the command line and the version of the package';
  return new Failure(2, name, `${name}: ${text}`, hint);
}

function denied(name: string, text: string): Failure {
  const denial = parseDenial(text);
  const message = `AWS denied the call: ${formatDenial(denial, 'the call') || text}`;
  const allow = denial.action ?? 'the call';
  const hint = denial.isExplicit
    ? 'remove the explicit deny, or use other credentials'
    : `allow ${allow} to your credentials, or select another --profile`;
  return new Failure(2, name, message, hint);
}

function notFound(name: string, text: string): Failure {
  const hint = /function/i.test(text)
    ? "check the function of the secret's rotation: it may have been deleted"
    : 'check --secret, --region and --profile: `status` lists the secrets';
  return new Failure(2, name, text, hint);
}
