import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError } from './errors.ts';
import { parseObject } from './json.ts';
import type { Api, ApiLogin } from './redis-enterprise/api.ts';
import { passwordOf, type SecretValue } from './secret-value.ts';
import { readCurrent } from './secrets-manager.ts';

/** Calls a cluster's API as the user itself, with AWSCURRENT, or as the cluster's admin. */
export async function withLogin<T>(
  { cluster, endpoints, adminSecretArn }: Account,
  current: SecretValue,
  edges: Edges,
  call: (api: Api, login: ApiLogin) => Promise<T>,
): Promise<T> {
  const api = { ...edges, cluster };
  if (adminSecretArn === undefined) {
    // Whoever calls has proved it on the databases, where there are some.
    return call(
      { ...api, isProved: endpoints.length > 0 },
      { name: current.restName, password: passwordOf(current) },
    );
  }
  const { versionId, ...login } = await adminLogin(cluster.name, adminSecretArn, edges);
  try {
    return await call(api, login);
  } catch (error) {
    if (error instanceof RotationError && error.code === 'cluster_login_refused') {
      edges.refusedAdmins.add(versionId);
    }
    throw error;
  }
}

async function adminLogin(
  cluster: string,
  arn: string,
  { secret, remember, refusedAdmins }: Edges,
): Promise<ApiLogin & { versionId: string }> {
  const { text, versionId } = await readCurrent({ ...secret, arn });
  const { email, username, password } = parseObject(text) ?? {};
  const loginName = email || username;
  if (typeof password !== 'string' || password === '') {
    throw invalid(cluster, 'password in the admin secret is not a string with characters in it');
  }
  remember(password);
  if (typeof loginName !== 'string' || !/^[^:]+$/.test(loginName)) {
    throw invalid(cluster, 'username or email in the admin secret is not a string without a colon');
  }
  if (!refusedAdmins.has(versionId)) return { name: loginName, password, versionId };
  const what = `cluster ${cluster} refused this version of the admin secret before`;
  throw new RotationError('cluster_login_refused', what);
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('admin_secret_invalid', `cluster ${cluster}: ${what}`);
}
