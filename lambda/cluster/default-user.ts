import { RotationError } from '../errors.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { findDatabase } from '../redis-enterprise/databases.ts';
import type { ApiReply, Session } from '../redis-enterprise/types.ts';
import { isInKubernetes } from './kubernetes.ts';

/**
 * Returns the uid of the database with these endpoints. `cluster` is the reply to GET /v1/cluster.
 * @throws what `findDatabase` throws, and `database_not_supported` in Kubernetes: the operator sets
 * the password of the database's secret again.
 * https://redis.io/docs/latest/operate/kubernetes/security/manage-redb-credentials/
 */
export async function findDefaultUser(
  session: Session,
  endpoints: Endpoint[],
  cluster: ApiReply,
): Promise<number> {
  if (!isInKubernetes(cluster)) return findDatabase(session, endpoints);
  const { name } = session.target;
  const what = `cluster ${name} runs in Kubernetes, whose operator sets the password of a database`;
  const hint = 'change the password in the Kubernetes secret of the database';
  throw new RotationError('database_not_supported', what, { hint });
}
