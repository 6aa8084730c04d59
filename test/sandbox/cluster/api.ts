import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { SecureVersion } from 'node:tls';
import { type Certificate, mutualTls } from '../certificate.ts';
import { CUT_OFF, type Fault, type FaultOf, type Scripted } from '../fault.ts';
import { type Listening, listen, readBody } from '../listen.ts';
import type { Cluster } from './cluster.ts';
import { logIn } from './login.ts';
import { route, send } from './routes.ts';

/** A request to the API, and the status of the reply, even if a fault lost it. */
type ApiCall = { method: string; path: string; login: string; status: number };

export type ClusterApi = Listening & {
  /** Every request so far, in the order of the replies. */
  calls: ApiCall[];
  fault: FaultOf<[call: Pick<ApiCall, 'method' | 'path'>], Fault | Scripted> | undefined;
  /** Changes the certificate for new connections. */
  setCertificate: (certificate: Certificate) => void;
  /** Receives the head of every request. */
  onRequest: (request: IncomingMessage) => void;
};

type ApiOptions = {
  host?: string;
  port?: number;
  maxVersion?: SecureVersion;
  /** OpenSSL's list of ciphers; its security level decides which certificates may be shown. */
  ciphers?: string;
  /** The CA of the client certificates that it requires; default: none required. */
  clientAuthority?: Certificate | undefined;
};

/** Starts the REST API of a cluster over TLS. */
export async function startClusterApi(
  cluster: Cluster,
  certificate: Certificate,
  { host, port, maxVersion, ciphers, clientAuthority }: ApiOptions = {},
): Promise<ClusterApi> {
  const calls: ApiCall[] = [];
  const server = createServer(
    {
      ...certificate,
      ...versions(maxVersion),
      ...(ciphers && { ciphers }),
      ...mutualTls(clientAuthority),
    },
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

// The default minimum may be higher than the maximum.
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
  const reply = 'user' in login ? await route(cluster, login.user, request, body) : login.rejected;
  api.calls.push({ method, path, login: login.name, status: reply.status });
  if (scripted !== undefined) scripted.script(request.socket);
  else if (fault === 'reply lost') request.socket.destroy();
  else if (fault === 'reply cut off') response.end(CUT_OFF);
  else send(cluster, response, reply);
}

const scriptIn = (fault: Fault | Scripted | undefined) =>
  typeof fault === 'object' && 'script' in fault ? fault : undefined;

/** Returns where a node redirects a request; undefined if the node serves it. */
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
