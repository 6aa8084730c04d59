import type { AdoptProps, EndpointProps } from './user-props.ts';

/** The default user of one database, whose secret the construct creates. */
export interface AdoptDefaultUserProps extends AdoptProps {
  /**
   * The database, which asks for a password. The identity of the secret and its tag follow this
   * endpoint: with another one, the app creates another secret. It must be known at synthesis.
   *
   * @example
   * const database = { host: 'redis-12000.redis.eu.example.com', port: 12000 };
   * rotation.adoptDefaultUser({ database, automaticallyAfter: Duration.days(30) });
   */
  readonly database: EndpointProps;
}
