import type { AdoptProps, EndpointProps } from './user-props.ts';

/** The default user of one database, whose secret the construct creates. */
export interface AdoptDefaultUserProps extends AdoptProps {
  /**
   * The endpoint of the database, known at synthesis. The database must require a password. If you
   * change the endpoint, the app creates another secret.
   *
   * @example
   * const database = { host: 'redis-12000.redis.eu.example.com', port: 12000 };
   * rotation.adoptDefaultUser({ database, automaticallyAfter: Duration.days(30) });
   */
  readonly database: EndpointProps;
}
