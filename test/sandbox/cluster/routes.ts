import type { IncomingMessage, ServerResponse } from 'node:http';
import { changeUsers } from './accounts.ts';
import type { Cluster } from './cluster.ts';
import { changeDefaultUser } from './database-passwords.ts';
import { authorize, changePasswords, type Reply } from './passwords.ts';
import { read } from './reads.ts';
import type { ClusterUser } from './users.ts';

/** Returns the reply to a request of a user. */
export async function route(
  cluster: Cluster,
  caller: ClusterUser,
  { method = '', url, headers }: IncomingMessage,
  text: string,
): Promise<Reply> {
  if (method === 'GET') return read(cluster, caller, url ?? '') ?? { status: 404 };
  const body = parse(text);
  const path = url ?? '';
  const sent = { method, path, body: body ?? {} };
  const changed =
    (await changeUsers(cluster, caller, sent)) ?? (await changeDefaultUser(cluster, caller, sent));
  if (changed !== undefined) return changed;
  if (body === undefined || headers['content-type'] !== 'application/json') return { status: 400 };
  if (url === '/v1/users/password') return changePasswords(cluster, caller, method, body);
  if (url === '/v1/users/authorize' && method === 'POST') return authorize(cluster, caller, body);
  return { status: 404 };
}

/** Sends a reply with the headers of a real cluster. */
export function send(
  cluster: Cluster,
  response: ServerResponse,
  { status, body, errorCode }: Reply,
): void {
  response.writeHead(status, {
    server: 'envoy',
    'content-type': 'application/json',
    'cluster-state-id': String(cluster.stateId),
    'x-envoy-upstream-service-time': '4',
  });
  const text = cluster.options.errorText;
  const error = errorCode && { error_code: errorCode, [text]: `The request failed: ${errorCode}` };
  response.end(JSON.stringify(body ?? (error || {})));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}
