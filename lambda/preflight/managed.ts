import type { ApiReply } from '../redis-enterprise/types.ts';
import { type Check, LOOK_IT_UP, notReported, pass, unknown, warn } from './check.ts';

// The names that Kubernetes gives to what runs in it.
const KUBERNETES = /\.svc\.cluster\.local\.?$/;

/**
 * Whether somebody else keeps the user's password, too: the operator of Kubernetes, which takes
 * that of a user that it defines back, or Active-Active databases, which log in as an admin.
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
  if (KUBERNETES.test(fields.name)) {
    const detail = `cluster ${name} runs in Kubernetes, whose operator may define the user`;
    const hint = 'rotate no user that kubectl get redisenterpriseusers shows';
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
    return [unknown('managed', `cluster ${name} did not tell the user's role`, LOOK_IT_UP)];
  }
  return [pass('managed', `cluster ${name} alone keeps the password`)];
}
