import { errorCode, errorName, RotationError } from '../errors.ts';
import { denialHint, formatDenial, parseDenial } from './denial.ts';
import { exceptionHint } from './exception-hints.ts';

const STOPPED = 'stopped: the time of the invocation was used up';
const UNKNOWN_HINT = 'look the exception up in the documentation of AWS, then rotate again';

// Names of the SDK, and codes of Node.js, for a call that got no reply.
const NETWORK = /^(TimeoutError|NetworkingError|E[A-Z_]{2,20}|UND_ERR_\w{1,30})$/;

/**
 * Returns a handler that turns an error of an AWS client into `aws_call_failed`. Of AWS's message,
 * keeps only the kind of policy, the action and the resource of a denied call.
 */
export function awsFailure(permission: string) {
  return (thrown: unknown): never => {
    if (thrown instanceof RotationError) throw thrown;
    const name = errorName(thrown);
    const code = errorCode(thrown) ?? name;
    if (name === 'AccessDeniedException' && thrown instanceof Error) {
      const denial = parseDenial(thrown.message);
      const what = `${permission} failed with ${name}: ${formatDenial(denial, permission)}`;
      const hint = denialHint(denial, permission);
      throw new RotationError('aws_call_failed', what, { cause: thrown, hint });
    }
    const isNetwork = NETWORK.test(code) && exceptionHint(name) === undefined;
    const hint = isNetwork ? undefined : (exceptionHint(name) ?? UNKNOWN_HINT);
    const how = name === 'AbortError' ? STOPPED : `failed with ${isNetwork ? code : name}`;
    throw new RotationError('aws_call_failed', `${permission} ${how}`, { cause: thrown, hint });
  };
}
