import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError } from './errors.ts';
import { parseObject } from './json.ts';
import { readNamed } from './named-secret.ts';
import type { Api, ApiLogin, Credentials } from './redis-enterprise/api.ts';
import { passwordOf, type SecretValue } from './secret-value.ts';

/** Calls a cluster's API as the user itself, with AWSCURRENT, or as the cluster's admin. */
export async function withLogin<T>(
  { cluster, endpoints, admin }: Account,
  current: SecretValue,
  edges: Edges,
  call: (api: Api, login: ApiLogin) => Promise<T>,
): Promise<T> {
  const api = { ...edges, cluster };
  if (admin === undefined) {
    // Whoever calls has proved it on the databases, where there are some.
    return call(
      { ...api, isProved: endpoints.length > 0 },
      { name: current.restName, password: passwordOf(current) },
    );
  }
  if (admin.secretArn === undefined) {
    return call(api, { name: 'client certificate', password: undefined });
  }
  const { versionId, ...login } = await adminLogin(cluster.name, admin.secretArn, edges);
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
  edges: Edges,
): Promise<Credentials & { versionId: string }> {
  const { text, versionId } = await readNamed(arn, edges);
  const { email, username, password } = parseObject(text) ?? {};
  const loginName = email || username;
  if (typeof password !== 'string' || password === '') {
    throw invalid(cluster, 'password in the admin secret is not a string with characters in it');
  }
  edges.remember(password);
  if (typeof loginName !== 'string' || !/^[^:]+$/.test(loginName)) {
    throw invalid(cluster, 'username or email in the admin secret is not a string without a colon');
  }
  if (!edges.refusedAdmins.has(versionId)) return { name: loginName, password, versionId };
  const what = `cluster ${cluster} refused this version of the admin secret before`;
  throw new RotationError('cluster_login_refused', what);
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('admin_secret_invalid', `cluster ${cluster}: ${what}`);
}
