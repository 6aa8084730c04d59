import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificate } from '../certificate.ts';
import { type Listening, listen } from '../listen.ts';

/**
 * Starts a TLS proxy for several databases on one address and port, like a Kubernetes route or a
 * network load balancer. The server name of the handshake selects the database's port.
 */
export function startNamedDatabases(
  certificate: Certificate,
  ports: Record<string, number>,
): Promise<Listening> {
  const server = createServer(certificate, (client: TLSSocket) => {
    const port = ports[String(client.servername)];
    client.on('error', () => client.destroy());
    if (port === undefined) return void client.destroy();
    const database = connect(port, '127.0.0.1');
    database.on('error', () => client.destroy());
    client.on('close', () => database.destroy());
    client.pipe(database).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  return listen(server);
}
