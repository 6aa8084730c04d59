import { Client } from 'undici';
import { type TlsMaterial, tlsOptions } from '../../lambda/network/trust.ts';

export type Login = { name: string; password: string };

/** What the API answered, as far as it matters here. */
export type Answer = {
  status: number;
  errorCode: string | undefined;
  /** Under which key an error's text stands. */
  textKey: string | undefined;
  json: unknown;
};

export type Rest = (
  login: Login,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Answer>;

// An election of the primary takes a while.
const TIMEOUT_MS = 30_000;

/** The REST API of a cluster at one endpoint; throws what a connection fails of. */
export function openRest(origin: string, tls: TlsMaterial): Rest {
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
      return answerOf(reply.statusCode, await reply.body.text());
    } finally {
      await client.destroy();
    }
  };
}

function answerOf(status: number, text: string): Answer {
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

/** Such as `400 new_password_same_as_current`. */
export function show({ status, errorCode = '' }: Answer): string {
  return `${status} ${errorCode}`.trim();
}
