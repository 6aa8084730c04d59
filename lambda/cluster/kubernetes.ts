import type { ApiReply } from '../redis-enterprise/types.ts';

// The domain of services in Kubernetes.
const KUBERNETES = /\.svc\.cluster\.local\.?$/;

/** Whether a cluster runs in Kubernetes, by its name in the reply to `GET /v1/cluster`. */
export function isInKubernetes({ fields }: ApiReply): boolean {
  return typeof fields.name === 'string' && KUBERNETES.test(fields.name);
}
