import { fieldsOf, type JsonObject } from '../../lambda/json.ts';
import { applyChange, type Tools } from './apply-change.ts';
import { reasonOf } from './handler-error.ts';
import { MARGIN_MS } from './limits.ts';
import { parseChange, parseReply } from './request.ts';
import { type ResponseTools, respond } from './response.ts';

type HandlerTools = Tools & ResponseTools & { write: (line: string) => void };

type LambdaContext = { getRemainingTimeInMillis: () => number };

/**
 * Creates the handler of the custom resource, which updates the fields of a user's secret. Every
 * event with an address gets a response, because CloudFormation waits for it.
 */
export function createHandler(tools: HandlerTools) {
  return async (input: unknown, context: LambdaContext): Promise<void> => {
    const event = fieldsOf(input) ?? {};
    const reply = parseReply(event);
    const log = (level: string, message: string, more: JsonObject = {}) =>
      tools.write(JSON.stringify({ level, message, requestType: event.RequestType, ...more }));
    if (reply === undefined) {
      log('ERROR', 'the event has no ResponseURL that starts with https://');
      return;
    }
    const { physicalResourceId: secretId } = reply;
    const reason = await applyEvent(event, context, tools);
    if (reason === undefined) log('INFO', 'done', { secretId });
    else log('ERROR', 'failed', { secretId, reason });
    const failure = await respond(reply, reason, tools);
    if (failure !== undefined) log('ERROR', failure, { secretId });
  };
}

/** Returns undefined, or the reason of the failure. */
async function applyEvent(
  event: JsonObject,
  context: LambdaContext,
  tools: HandlerTools,
): Promise<string | undefined> {
  const leftMs = context.getRemainingTimeInMillis() - MARGIN_MS;
  const signal = AbortSignal.timeout(Math.max(leftMs, 0));
  try {
    const change = parseChange(event);
    if (change !== undefined) await applyChange(change, event.RequestId, signal, tools);
    return undefined;
  } catch (thrown) {
    return reasonOf(thrown);
  }
}
