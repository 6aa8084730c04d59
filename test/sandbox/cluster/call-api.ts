import { Client } from 'undici';
import type { World } from '../world.ts';

/** `/v1/users/password` of generation C. */
export const PATH = '/v1/users/password';

export type ApiReply = { status: number; body: Record<string, unknown>; headers: object };

/** Sends a request to the API, with the first password of the user who logs in. */
export async function callApi(
  world: World,
  method: 'POST' | 'PUT' | 'DELETE',
  body: object,
  login = 'admin@sandbox.test',
  path = PATH,
): Promise<ApiReply> {
  const { api, certificate, cluster } = world;
  const password = cluster.users.find(({ name, email }) => [name, email].includes(login))
    ?.passwords[0];
  const connect = { ca: certificate.cert, servername: cluster.name };
  const client = new Client(`https://127.0.0.1:${api.port}`, { connect });
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const reply = await client.request({ method, path, headers, body: JSON.stringify(body) });
  const text = await reply.body.text();
  await client.close();
  return { status: reply.statusCode, body: JSON.parse(text || '{}'), headers: reply.headers };
}
