import { type Call, NAME } from './secret-calls.ts';

/** The reply to a call, as one text for each member, without dates and generated names. */
export type Reply = { status: number; leaves: Map<string, string> };

/** The sorted labels of each version that has one; in moto, a version may have a label twice. */
export type Labels = Map<string, string>;

/** A server of Secrets Manager, and the secret's name there. */
export type Endpoint = { url: string; name: string };

// Both servers accept any signature; moto reads the region in it.
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=peers/20260101/us-east-1/secretsmanager/aws4_request, ' +
  'SignedHeaders=host, Signature=0';

/** Sends a call without the headers and retries of an SDK. */
async function send({ url, name }: Endpoint, { operation, input }: Call) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: AUTHORIZATION,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
    },
    body: JSON.stringify(input).replaceAll(`"${NAME}"`, JSON.stringify(name)),
  });
  const text = (await response.text()).replaceAll(name, NAME);
  return { status: response.status, text };
}

export async function sendCall(endpoint: Endpoint, call: Call): Promise<Reply> {
  const { status, text } = await send(endpoint, call);
  const leaves = new Map([['status', String(status)]]);
  const { Message, message, ...content } = Object(parse(text));
  if (status !== 200) {
    addLeaves(leaves, 'message', Message ?? message);
    addLeaves(leaves, 'spelling of message', Message === undefined ? 'message' : 'Message');
  }
  addLeaves(leaves, '', content);
  return { status, leaves };
}

export async function readLabels(endpoint: Endpoint): Promise<Labels> {
  const call: Call = { operation: 'DescribeSecret', input: { SecretId: NAME } };
  const { text } = await send(endpoint, call);
  const stages: Record<string, string[]> = Object(parse(text)).VersionIdsToStages ?? {};
  const versions = Object.entries(stages).filter(([, labels]) => labels.length > 0);
  return new Map(versions.map(([id, labels]) => [id, [...labels].sort().join(' ')]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // If moto's code fails, it returns an HTML page.
    return { unreadable: true };
  }
}

function addLeaves(leaves: Map<string, string>, path: string, value: unknown): void {
  if (value === null || value === undefined || /Date$/.test(path)) return;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    leaves.set(path, [...new Set(value)].sort().join(' '));
    leaves.set(`order of ${path}`, value.join(' '));
  } else if (Array.isArray(value)) {
    leaves.set(path, '');
    for (const one of value) addLeaves(leaves, `${path}/${Object(one).VersionId}`, one);
  } else if (typeof value === 'object') {
    for (const [key, one] of Object.entries(value)) {
      addLeaves(leaves, path === '' ? key : `${path}/${key}`, one);
    }
  } else {
    leaves.set(path, String(value).replace(/(secret:[^ ]+)-[A-Za-z0-9]{6}\b/, '$1-SUFFIX'));
  }
}
