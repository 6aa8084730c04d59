import { makeCertificate } from '../sandbox/certificate.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { startNamedDatabases } from '../sandbox/database/named-databases.ts';
import type { DatabaseProxy } from '../sandbox/database/propagation.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, putManually, type Scenario } from './scenario.ts';

type SecondName = AsyncDisposable & {
  /** Delays the changes of users at the second database. */
  proxy: DatabaseProxy;
};

/**
 * Adds a second database to a world without TLS. A TLS server on one address and port then forwards
 * to one of the databases by the server name.
 */
export async function addSecondName(world: Scenario): Promise<SecondName> {
  await using started = new AsyncDisposableStack();
  const database = await startDatabase('built-in', undefined);
  started.defer(database.close);
  database.onLogin = (login) => world.database.onLogin(login);
  let accepted: readonly string[] = [];
  const proxy = world.propagation.add(async (user) => {
    // A delayed delivery carries the present passwords.
    const passwords = user.name === world.user.name ? [...world.user.passwords] : user.passwords;
    if (user.name === world.user.name) accepted = passwords;
    await database.setUser({ ...user, passwords });
  });
  await world.propagation.update(world.user);
  const certificate = await makeCertificate(CLUSTER_NAME, { names: ['localhost'] });
  const ports = { [CLUSTER_NAME]: world.database.port, localhost: database.port };
  const front = await startNamedDatabases(certificate, ports);
  started.defer(front.close);
  await putParameters(world, {
    'database-hosts': '127.0.0.1,localhost',
    'ca-certificate': `${world.certificate.cert}\n${certificate.cert}`,
  });
  // For an IP address the function uses the name of the cluster as the server name.
  const endpoints = [`127.0.0.1:${front.port}`, `localhost:${front.port}`];
  await putManually(world, { username: world.user.name, password: FIRST_PASSWORD, endpoints });
  world.witness.watchDatabase(() => accepted);
  const running = started.move();
  return { proxy, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
