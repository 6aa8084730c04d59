import { Client } from 'undici';
import { type TlsMaterial, tlsOptions } from '../../../lambda/network/trust.ts';

export type Login = { name: string; password: string };

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Request = [method: Method, path: string, body?: object];

export type Reply = {
  status: number;
  errorCode: string | undefined;
  /** The key that holds an error's text. */
  textKey: string | undefined;
  json: unknown;
};

export type SendRequest = (login: Login, ...request: Request) => Promise<Reply>;

// The election of a new primary node takes seconds.
const TIMEOUT_MS = 30_000;

/** Returns a function that sends requests to one endpoint, and throws if a connection fails. */
export function createApiClient(origin: string, tls: TlsMaterial): SendRequest {
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
  return async (login, method, path, body) => {
    const client = new Client(origin, { connect: tlsOptions(tls), ...timeouts });
    const basic = Buffer.from(`${login.name}:${login.password}`).toString('base64');
    try {
      const reply = await client.request({
        method,
        path,
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        reset: true,
      });
      return parseReply(reply.statusCode, await reply.body.text());
    } finally {
      await client.destroy();
    }
  };
}

function parseReply(status: number, text: string): Reply {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const fields: Record<string, unknown> = { ...Object(json) };
  const { error_code: code } = fields;
  const textKey = ['description', 'message'].find((key) => typeof fields[key] === 'string');
  return { status, errorCode: typeof code === 'string' ? code : undefined, textKey, json };
}

/** Returns, for example, `400 new_password_same_as_current`. */
export function formatReply({
  status,
  errorCode = '',
}: Pick<Reply, 'status' | 'errorCode'>): string {
  return `${status} ${errorCode}`.trim();
}

/** Returns the items of a list; none if the reply is not a list. */
export function itemsOf({ json }: Reply): Record<string, unknown>[] {
  return Array.isArray(json) ? json.map((item) => ({ ...Object(item) })) : [];
}

export function unexpectedReply(
  request: string,
  reply: Pick<Reply, 'status' | 'errorCode'>,
): Error {
  return new Error(`the cluster returned ${formatReply(reply)} to ${request}`);
}
