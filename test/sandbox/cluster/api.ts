import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { SecureVersion } from 'node:tls';
import { type Certificate, mutualTls } from '../certificate.ts';
import { CUT_OFF, type Fault, type FaultOf, type Scripted } from '../fault.ts';
import { type Listening, listen, readBody } from '../listen.ts';
import { changeUsers } from './accounts.ts';
import type { Cluster } from './cluster.ts';
import { logIn } from './login.ts';
import { authorize, changePasswords, type Reply } from './passwords.ts';
import { read } from './reads.ts';
import type { ClusterUser } from './users.ts';

/** One request that the API has seen; `status` is what it meant to answer. */
type ApiCall = { method: string; path: string; login: string; status: number };

export type ClusterApi = Listening & {
  /** Every request so far, in the order of their replies. */
  calls: ApiCall[];
  fault: FaultOf<[call: Pick<ApiCall, 'method' | 'path'>], Fault | Scripted> | undefined;
  /** Shows another certificate to every connection from now on. */
  setCertificate: (certificate: Certificate) => void;
  /** Sees the head of every request. */
  onRequest: (request: IncomingMessage) => void;
};

type ApiOptions = {
  host?: string;
  port?: number;
  maxVersion?: SecureVersion;
  /** Who signs the certificates that clients must show; default: they need none. */
  clientAuthority?: Certificate | undefined;
};

/** The REST API of a cluster over TLS, with the headers that a real one sends. */
export async function startClusterApi(
  cluster: Cluster,
  certificate: Certificate,
  { host, port, maxVersion, clientAuthority }: ApiOptions = {},
): Promise<ClusterApi> {
  const calls: ApiCall[] = [];
  const server = createServer(
    { ...certificate, ...versions(maxVersion), ...mutualTls(clientAuthority) },
    (request, response) => {
      answer(cluster, api, request, response).catch(() => response.destroy());
    },
  );
  const listening = await listen(server, host, port);
  const api: ClusterApi = {
    ...listening,
    calls,
    fault: undefined,
    setCertificate: (other) => server.setSecureContext(other),
    onRequest: () => undefined,
  };
  return api;
}

// A server that speaks nothing newer has to speak something older.
const versions = (maxVersion: SecureVersion | undefined) =>
  maxVersion === undefined ? {} : { minVersion: maxVersion, maxVersion };

async function answer(
  cluster: Cluster,
  api: ClusterApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url: path = '' } = request;
  api.onRequest(request);
  const fault = await api.fault?.({ method, path });
  const body = await readBody(request);
  if (fault === 'no reply') return;
  if (fault === 'request lost') return void request.socket.destroy();
  const scripted = scriptIn(fault);
  if (scripted?.isDone === false) return scripted.script(request.socket);
  if (typeof fault === 'object' && 'status' in fault) {
    const location = fault.location === undefined ? {} : { location: fault.location };
    response.writeHead(fault.status, { server: 'envoy', ...location }).end(fault.body ?? '');
    return;
  }
  const location = redirectOf(cluster, api, { method, path });
  if (location !== undefined) {
    response.writeHead(307, { server: 'envoy', location }).end();
    return;
  }
  const login = await logIn(cluster, request);
  const reply = 'user' in login ? await route(cluster, login.user, request, body) : login.refused;
  api.calls.push({ method, path, login: login.name, status: reply.status });
  if (scripted !== undefined) scripted.script(request.socket);
  else if (fault === 'reply lost') request.socket.destroy();
  else if (fault === 'reply cut off') response.end(CUT_OFF);
  else send(cluster, response, reply);
}

const scriptIn = (fault: Fault | Scripted | undefined) =>
  typeof fault === 'object' && 'script' in fault ? fault : undefined;

/** Where a node that is not the primary sends its callers. */
function redirectOf(
  { primaryPort, options }: Cluster,
  api: ClusterApi,
  { method, path }: Pick<ApiCall, 'method' | 'path'>,
): string | undefined {
  if (primaryPort === undefined || primaryPort === api.port || options.handleRedirects) return;
  if (options.redirects === 'changes' && method === 'GET') return;
  const host = options.redirectsTo === 'name' ? 'localhost' : '127.0.0.1';
  return `https://${host}:${primaryPort}${path}`;
}

async function route(
  cluster: Cluster,
  caller: ClusterUser,
  { method = '', url, headers }: IncomingMessage,
  text: string,
): Promise<Reply> {
  if (method === 'GET') return read(cluster, caller, url ?? '') ?? { status: 404 };
  const body = parse(text);
  const path = url ?? '';
  const changed = await changeUsers(cluster, caller, { method, path, body: body ?? {} });
  if (changed !== undefined) return changed;
  if (body === undefined || headers['content-type'] !== 'application/json') return { status: 400 };
  if (url === '/v1/users/password') return changePasswords(cluster, caller, method, body);
  if (url === '/v1/users/authorize' && method === 'POST') return authorize(cluster, caller, body);
  return { status: 404 };
}

function send(
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
