import { errorCode, errorName, RotationError } from '../errors.ts';
import { denialHint, formatDenial, isDenial, parseDenial } from './denial.ts';
import { exceptionHint } from './exception-hints.ts';

const STOPPED = {
  how: 'stopped: the time of the invocation was used up',
  hint: 'find the slow call in the log, then retry',
};
const FOREIGN_HINT =
  'check AWS_ENDPOINT_URL, and the proxies and firewalls between the function and AWS; do not ' +
  'change the secret';
const UNKNOWN_HINT = 'look the exception up in the documentation of AWS, then rotate again';

// Names of the SDK, and codes of Node.js and OpenSSL, for a call that got no reply.
const NETWORK = /^(TimeoutError|NetworkingError|[A-Z][A-Z0-9_]{4,60})$/;

// Names that errors have if a reply is not JSON, or JSON without the name of an exception.
const FOREIGN = /^(SyntaxError|TypeError|Unknown|UnknownError|object)$/;

/** Returns the error for a reply that AWS does not send: it may come from a proxy. */
export function foreignReply(permission: string, status?: number): RotationError {
  const shown = status === undefined ? '' : ` with HTTP status ${status}`;
  const what = `${permission} received a reply${shown} that AWS does not send`;
  return new RotationError('aws_call_failed', what, { hint: FOREIGN_HINT });
}

/**
 * Returns a handler that turns an error of an AWS client into `aws_call_failed`. Of AWS's message,
 * keeps only the kind of policy, the action and the resource of a denied call.
 */
export function awsFailure(permission: string) {
  return (thrown: unknown): never => {
    if (thrown instanceof RotationError) throw thrown;
    if (FOREIGN.test(errorName(thrown))) throw foreignReply(permission, statusOf(thrown));
    const { how, hint } = describe(thrown, permission);
    throw new RotationError('aws_call_failed', `${permission} ${how}`, { cause: thrown, hint });
  };
}

function statusOf(thrown: unknown): number | undefined {
  const { httpStatusCode } = Object(Object(thrown).$metadata);
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined;
}

type Description = { how: string; hint: string | undefined };

function describe(thrown: unknown, permission: string): Description {
  const name = errorName(thrown);
  if (name === 'AbortError') return STOPPED;
  if (isDenial(name) && thrown instanceof Error) {
    const denial = parseDenial(thrown.message);
    const shown = formatDenial(denial, permission);
    const how = `failed with ${name}${shown && `: ${shown}`}`;
    return { how, hint: denialHint(denial, permission) };
  }
  const code = errorCode(thrown) ?? name;
  const known = exceptionHint(name);
  // The hint of `aws_call_failed` is about the network.
  if (known === undefined && NETWORK.test(code))
    return { how: `failed with ${code}`, hint: undefined };
  return { how: `failed with ${name}`, hint: known ?? UNKNOWN_HINT };
}
