import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificate } from '../certificate.ts';
import { type Listening, listen } from '../listen.ts';

/**
 * Databases behind one address and port, as behind a route of Kubernetes or a network load
 * balancer: TLS ends here, and the name in its handshake leads to a database's own port.
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
