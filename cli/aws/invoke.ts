import { fieldsOf } from '../../lambda/json.ts';
import { Failure } from '../failure.ts';
import type { Clients } from './clients.ts';

// A timeout of the function, or memory that was used up, has no code of the function.
const NO_HINT = "find the invocation in the function's log, then run the command again";

/**
 * Invokes the function and waits for its result.
 * @throws Failure with the function's code, message and hint, if the function failed.
 */
export async function invoke(
  { lambda, callOptions }: Clients,
  functionName: string,
  event: object,
): Promise<unknown> {
  const { InvokeCommand } = await import('@aws-sdk/client-lambda');
  const command = new InvokeCommand({
    FunctionName: functionName,
    Payload: JSON.stringify(event),
  });
  const reply = await (await lambda()).send(command, callOptions);
  const result = parse(Buffer.from(reply.Payload ?? []).toString());
  if (reply.FunctionError === undefined) return result;
  const { errorType, errorMessage } = fieldsOf(result) ?? {};
  const code = typeof errorType === 'string' ? errorType : 'unexpected';
  const { what, hint } = splitMessage(typeof errorMessage === 'string' ? errorMessage : code);
  throw new Failure(1, code, what, hint);
}

/** Splits a message of the function: what failed, and the hint. */
export function splitMessage(message: string): { what: string; hint: string } {
  const at = message.lastIndexOf('; hint: ');
  if (at === -1) return { what: message, hint: NO_HINT };
  return { what: message.slice(0, at), hint: message.slice(at + '; hint: '.length) };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload || 'null');
  } catch {
    const message = 'the reply of the function is not JSON';
    throw new Failure(2, 'unexpected', message, 'check that it is the function of this package');
  }
}
