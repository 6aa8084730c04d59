import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** A server on a free loopback port. */
export type Listening = {
  port: number;
  /** Returns the number of open connections. */
  connections: () => number;
  close: () => Promise<void>;
};

const HOST = '127.0.0.1';

/** Listens on the wanted port, or on a free one. `close` also ends open connections. */
export async function listen(server: Server, host = HOST, wanted = 0): Promise<Listening> {
  const connections = new Set<{ destroy: () => void }>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connections: () => connections.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

// Twice the largest request, which has an escaped secret value of 64 KiB.
const BODY_MAX_BYTES = 262_144;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) throw new RangeError('request too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
