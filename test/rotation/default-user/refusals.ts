import { addOtherDatabase } from '../../support/other-database.ts';
import type { Scenario, ScenarioOptions } from '../../support/scenario.ts';
import { change } from './databases.ts';
import { REFUSED_SECRETS } from './refused-secrets.ts';

/** A mistake or an attack, after which a default user must not be rotated. */
export type Refusal = {
  why: string;
  code: string;
  /** The check of preflight that finds it. */
  check: string;
  options?: ScenarioOptions;
  /** Whether it cannot become true between two steps. */
  isPermanent?: boolean;
  make?: ((world: Scenario) => Promise<AsyncDisposable | undefined>) | undefined;
};

const NOT_ASKED = '-NOAUTH Authentication required.\r\n+OK\r\n';
const databaseOf = ({ cluster }: Scenario) => cluster.databases[0] ?? fail();

function fail(): never {
  throw new Error('the cluster has no database');
}

const DATABASES: Refusal[] = [
  {
    why: 'the database has no password',
    code: 'database_unprotected',
    check: 'verification',
    make: change((world) => {
      world.user.passwords = [];
      return world.cluster.onPasswords({ ...world.user, isOpen: true });
    }),
  },
  {
    why: 'the database accepts any password',
    code: 'database_unprotected',
    check: 'verification',
    make: change(({ database }) => {
      database.fault = () => ({ reply: NOT_ASKED });
    }),
  },
  {
    why: 'the database is Active-Active',
    code: 'database_not_supported',
    check: 'user',
    make: change((world) => {
      databaseOf(world).isActiveActive = true;
    }),
  },
  {
    why: 'the default user is turned off',
    code: 'database_not_supported',
    check: 'user',
    make: change((world) => {
      databaseOf(world).hasDefaultUser = false;
    }),
  },
  {
    why: 'the cluster runs in Kubernetes',
    isPermanent: true,
    code: 'database_not_supported',
    check: 'user',
    make: change(({ cluster }) => {
      cluster.name = 'rec.redis.svc.cluster.local';
    }),
  },
  {
    why: 'the cluster lists no database at the endpoint',
    code: 'database_not_found',
    check: 'user',
    make: change((world) => {
      databaseOf(world).endpoints = [];
    }),
  },
  {
    why: 'the cluster lists two databases at the endpoint',
    code: 'database_not_found',
    check: 'user',
    make: async (world) => {
      const other = await addOtherDatabase(world);
      other.listed.endpoints.push(...databaseOf(world).endpoints);
      return other;
    },
  },
];

export const REFUSALS: Refusal[] = [...DATABASES, ...REFUSED_SECRETS];
