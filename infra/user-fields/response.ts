import { RESPONSE_TIMEOUT_MS, RESPONSE_WAITS_MS } from './limits.ts';
import type { Reply } from './request.ts';

/** What sends a response. Tests use their own certificate and clock. */
export type ResponseTools = {
  fetch: (url: string, init: RequestInit) => Promise<Pick<Response, 'ok' | 'status'>>;
  sleep: (milliseconds: number) => Promise<unknown>;
};

// CloudFormation accepts a response of 4,096 bytes. The ids take up to half of them.
const REASON_MAX_BYTES = 1_500;

/**
 * Sends the response to CloudFormation: a failure if there is a reason. Returns undefined, or what
 * failed, without the address.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function respond(
  { responseUrl, physicalResourceId, ids }: Reply,
  reason: string | undefined,
  tools: ResponseTools,
): Promise<string | undefined> {
  const body = JSON.stringify({
    Status: reason === undefined ? 'SUCCESS' : 'FAILED',
    ...(reason !== undefined && { Reason: cut(reason) }),
    PhysicalResourceId: physicalResourceId,
    ...ids,
  });
  for (const wait of RESPONSE_WAITS_MS) {
    const { failure, isFinal } = await put(responseUrl, body, tools);
    if (failure === undefined || isFinal) return failure;
    await tools.sleep(wait);
  }
  return (await put(responseUrl, body, tools)).failure;
}

type Outcome = { failure?: string; isFinal: boolean };

async function put(url: string, body: string, { fetch }: ResponseTools): Promise<Outcome> {
  try {
    const { ok, status } = await fetch(url, {
      method: 'PUT',
      // With a string, fetch adds a content type, which the signature of the address excludes.
      body: Buffer.from(body),
      redirect: 'error',
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    if (ok) return { isFinal: true };
    return { failure: `the response got status ${status}`, isFinal: status < 500 };
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    return { failure: `the response failed with ${kind}`, isFinal: false };
  }
}

function cut(reason: string): string {
  let text = reason.slice(0, REASON_MAX_BYTES);
  // JSON needs up to six bytes for a character.
  while (Buffer.byteLength(JSON.stringify(text)) > REASON_MAX_BYTES) text = text.slice(0, -50);
  return text === reason ? reason : `${text.toWellFormed()}…`;
}
