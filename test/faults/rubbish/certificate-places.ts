import { createServer as createHttps } from 'node:https';
import { createServer as createTls } from 'node:tls';
import type { Certificate } from '../../sandbox/certificate.ts';
import { listen } from '../../sandbox/listen.ts';
import { makeSecret } from '../../sandbox/setup.ts';
import type { Ground } from './ground.ts';
import { setParameter, withParameters } from './parameters.ts';
import type { Feed } from './run.ts';

type Place = Feed['place'];

/** Starts an API with another certificate, which the parameters trust or not. */
export const placeApi =
  (certificate: Certificate, isTrusted: boolean): Place =>
  async ({ world }) => {
    const api = await listen(createHttps(certificate, (_request, response) => response.end('{}')));
    const trusted = isTrusted ? certificate : world.certificate;
    const placed = new AsyncDisposableStack();
    placed.defer(api.close);
    placed.use(
      withParameters(world, (parameters) =>
        [
          setParameter('api-endpoints', `https://127.0.0.1:${api.port}`),
          setParameter('ca-certificate', `${trusted.cert}\n${world.certificate.cert}`),
        ].reduce((list, change) => change(list), parameters),
      ),
    );
    return placed;
  };

/** Starts a database with another certificate. It closes every connection. */
export const placeDatabase =
  (certificate: Certificate, isTrusted: boolean): Place =>
  async (ground) => {
    const { world } = ground;
    const { port, close } = await listen(
      createTls(certificate, (client) => client.on('error', () => undefined).end()).on(
        'tlsClientError',
        () => undefined,
      ),
    );
    const placed = new AsyncDisposableStack();
    placed.defer(close);
    const value = JSON.stringify({ ...ground.value(), port });
    world.store.write(world.arn, ({ versions }) => {
      const current = [...versions.values()].find(({ stages }) => stages.includes('AWSCURRENT'));
      if (current !== undefined) current.value = { SecretString: value };
    });
    const trusted = isTrusted ? certificate : world.certificate;
    placed.use(
      withParameters(
        world,
        setParameter('ca-certificate', `${trusted.cert}\n${world.certificate.cert}`),
      ),
    );
    return placed;
  };

/** Spoils the CA certificates of the cluster. */
export const placeBundle =
  (spoil: (pem: string) => string): Place =>
  async ({ world }) =>
    withParameters(world, setParameter('ca-certificate', spoil(world.certificate.cert)));

/** Spoils the secret of the client certificate, and sets the parameter that names it. */
export const placeClientCertificate =
  (textOf: () => string): Place =>
  async ({ world }) => {
    const arn = await clientSecretOf(world);
    const { store } = world;
    store.write(arn, ({ versions }) => {
      for (const version of versions.values()) version.value = { SecretString: textOf() };
    });
    return withParameters(world, setParameter('client-certificate-secret-arn', arn));
  };

async function clientSecretOf(world: Ground['world']): Promise<string> {
  const name = 'client-certificate';
  return world.store.exists(name) ? world.store.latest(name).arn : makeSecret(world, name, {});
}
