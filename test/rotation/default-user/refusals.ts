import { putManually, type Scenario, type ScenarioOptions } from '../../support/scenario.ts';
import { addOtherDatabase, tagSecret } from './databases.ts';

/** A default user that must not be rotated: what a mistake or an attacker makes of a scenario. */
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

/** Makes a change of the scenario's cluster or secret that opens no other server. */
const change = (act: (world: Scenario) => unknown) => async (world: Scenario) => {
  await act(world);
  return undefined;
};

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

/** Changes the value as whoever may write it, but not the tag, can. */
async function writeValue(
  world: Scenario,
  fieldsFor: (port: number) => Record<string, unknown>,
): Promise<AsyncDisposable> {
  const other = await addOtherDatabase(world);
  const own = { username: 'default', password: world.user.passwords[0], ssl: false };
  await putManually(world, { ...own, ...fieldsFor(other.database.port) });
  return other;
}

const SECRETS: Refusal[] = [
  {
    why: 'the secret names no database',
    code: 'secret_value_invalid',
    check: 'clusters',
    options: { noDatabase: true, userTag: 'default' },
  },
  {
    why: 'the secret has its login set to self',
    code: 'secret_value_invalid',
    check: 'clusters',
    options: { value: { login: 'self' } },
  },
  {
    why: 'the cluster has no administrator',
    code: 'admin_secret_invalid',
    check: 'clusters',
    options: { login: 'self' },
  },
  ...['default', 'default@127.0.0.1:1', undefined].map((userTag) => ({
    why: `the user tag is ${userTag}`,
    code: 'user_tag_mismatch',
    check: 'user-tag',
    options: { userTag },
  })),
  {
    why: 'the host and port are changed to those of another database',
    code: 'user_tag_mismatch',
    check: 'user-tag',
    make: (world) => writeValue(world, (port) => ({ host: '127.0.0.1', port })),
  },
  {
    why: 'an endpoint of another database is added',
    code: 'database_not_found',
    check: 'user',
    make: (world) => {
      const { port } = world.database;
      return writeValue(world, (other) => ({
        ...{ host: '127.0.0.1', port },
        endpoints: [`127.0.0.1:${other}`],
      }));
    },
  },
  {
    why: 'the tag is that of another user',
    code: 'user_tag_mismatch',
    check: 'user-tag',
    make: change((world) => tagSecret(world, 'orders')),
  },
];

export const REFUSALS: Refusal[] = [...DATABASES, ...SECRETS];
