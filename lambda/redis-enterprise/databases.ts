import { isIP } from 'node:net';
import { RotationError } from '../errors.ts';
import { fieldsOf, type JsonObject } from '../json.ts';
import { canonicalHost, type Endpoint, formatEndpoint } from '../network/endpoint.ts';
import { toApiError } from './api-error.ts';
import { request } from './request.ts';
import type { Session } from './types.ts';

// Without `fields`, the reply contains passwords.
const PATH = '/v1/bdbs?fields=uid,name,endpoints,default_user,crdt,crdt_guid';

/**
 * Finds the database that has all these endpoints, and returns its uid. Reads the list each time:
 * an endpoint may have moved to another database.
 * @throws `database_not_found`, or `database_not_supported` if its default user cannot be rotated.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/
 */
export async function findDatabase(session: Session, endpoints: Endpoint[]): Promise<number> {
  const reply = await request(session, { method: 'GET', path: PATH });
  if (reply.status !== 200) throw toApiError(session, 'GET /v1/bdbs', reply);
  const { name } = session.target;
  const databases = reply.list.map((database): JsonObject => fieldsOf(database) ?? {});
  const owners = endpoints.map((endpoint) => findOwner(name, databases, endpoint));
  const [owner] = owners;
  const { uid } = owner ?? {};
  if (owner === undefined || typeof uid !== 'number' || !Number.isSafeInteger(uid)) {
    throw new RotationError('database_not_found', `cluster ${name} lists no uid of the database`);
  }
  const other = owners.findIndex((one) => one !== owner);
  if (other !== -1) {
    const what = `secret value: endpoint ${other + 1} is of another database than the first`;
    throw new RotationError('database_not_found', what);
  }
  checkSupported(`database ${uid} of cluster ${name}`, owner);
  return uid;
}

function findOwner(cluster: string, databases: JsonObject[], endpoint: Endpoint): JsonObject {
  const found = databases.filter(({ endpoints }) => {
    return Array.isArray(endpoints) && endpoints.some((one) => isAt(one, endpoint));
  });
  const [owner] = found;
  if (owner !== undefined && found.length === 1) return owner;
  const what = `cluster ${cluster} lists ${found.length} databases at ${formatEndpoint(endpoint)}`;
  throw new RotationError('database_not_found', `${what}, allowed is one`);
}

/** Whether an endpoint in the list has a name, or an address, and the port. */
function isAt(listed: unknown, { host, port }: Endpoint): boolean {
  const { dns_name: name, addr, port: listedPort } = fieldsOf(listed) ?? {};
  if (listedPort !== port) return false;
  const hosts = isIP(host) === 0 ? [name] : Array.isArray(addr) ? addr : [];
  return hosts.some((one) => typeof one === 'string' && isSameHost(one, host));
}

function isSameHost(one: string, other: string): boolean {
  return canonicalHost(one) === canonicalHost(other);
}

function checkSupported(database: string, { default_user, crdt, crdt_guid }: JsonObject): void {
  // A cluster may leave out a field that has its default value.
  if (crdt === true || (typeof crdt_guid === 'string' && crdt_guid !== '')) {
    const what = `${database} is Active-Active: an update of it may overwrite the passwords`;
    throw new RotationError('database_not_supported', what);
  }
  if (default_user === false) {
    const what = `${database} has its default user turned off`;
    throw new RotationError('database_not_supported', what);
  }
}
