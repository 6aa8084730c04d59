import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../certificate.ts';
import { type Listening, listen } from '../listen.ts';

/** What a database does after a client has written to it. */
export type Script = (client: Socket) => void;

/** Starts a database that runs a script instead of the protocol. */
export function startScriptedDatabase(
  script: Script,
  certificate?: Certificate,
): Promise<Listening> {
  const serve = (client: Socket) => {
    client.on('error', () => client.destroy());
    client.once('data', () => script(client));
  };
  if (certificate === undefined) return listen(createTcpServer(serve));
  const server = createTlsServer(certificate, serve);
  server.on('tlsClientError', () => undefined);
  return listen(server);
}
