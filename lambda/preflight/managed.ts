import { isInKubernetes } from '../cluster/kubernetes.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';
import { type Check, LOOK_UP_HINT, notReported, pass, unknown, warn } from './check.ts';

/**
 * Checks whether another system sets or stores the user's password. The Kubernetes operator
 * restores the password of a user that it defines; Active-Active databases log in as an
 * administrator.
 * https://redis.io/docs/latest/operate/kubernetes/security/access-control/manage-users/
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/active-active-admin-credentials/
 */
export function checkManaged(
  name: string,
  role: unknown,
  cluster: ApiReply,
  crdbs: ApiReply,
): Check[] {
  const { status, fields } = cluster;
  if (status !== 200 || typeof fields.name !== 'string') {
    return [notReported('managed', name, 'GET /v1/cluster', cluster)];
  }
  const found: Check[] = [];
  if (isInKubernetes(cluster)) {
    const detail = `cluster ${name} runs in Kubernetes, whose operator may define the user`;
    const hint = 'do not rotate a user that kubectl get redisenterpriseusers lists';
    found.push(warn('managed', detail, hint));
  }
  if (role === 'admin' && crdbs.list.length > 0) {
    const detail = `cluster ${name} has Active-Active databases, which may log in as this admin`;
    const hint = 'after each rotation, run crdb-cli crdb update with --credentials for each';
    found.push(warn('managed', detail, hint));
  }
  if (found.length > 0) return found;
  if (crdbs.status !== 200) return [notReported('managed', name, 'GET /v1/crdbs', crdbs)];
  if (role === undefined) {
    return [unknown('managed', `cluster ${name} did not return the user's role`, LOOK_UP_HINT)];
  }
  return [pass('managed', `no other system changes the password on cluster ${name}`)];
}
