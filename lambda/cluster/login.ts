import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { parseObject } from '../json.ts';
import type { Api, ApiLogin } from '../redis-enterprise/types.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import type { Account } from './accounts.ts';
import { readReferencedSecret } from './referenced-secret.ts';
import { unlessRefused } from './rejected-logins.ts';

/**
 * Calls a cluster's API as the user itself, with the password of a version, or as the cluster's
 * admin. In self mode the name is the account's, whatever the version says.
 */
export async function withLogin<T>(
  { cluster, endpoints, admin, apiLoginName }: Account,
  current: VersionValue,
  edges: Context,
  call: (api: Api, login: ApiLogin) => Promise<T>,
): Promise<T> {
  const api = { ...edges, cluster };
  if (admin === undefined) {
    const login = { name: apiLoginName, password: requirePassword(current) };
    // Whoever calls has proved it on the databases, where there are some.
    if (endpoints.length > 0) return call({ ...api, isProved: true }, login);
    const { versionId } = current;
    return unlessRefused({ cluster: cluster.name, versionId }, edges, () => call(api, login));
  }
  if (admin.secretArn === undefined) {
    return call(api, { name: 'client certificate', password: undefined });
  }
  const { versionId, ...login } = await adminLogin(cluster.name, admin.secretArn, edges);
  return unlessRefused({ cluster: cluster.name, versionId }, edges, () => call(api, login));
}

async function adminLogin(
  cluster: string,
  arn: string,
  edges: Context,
): Promise<ApiLogin & { versionId: string }> {
  const { text, versionId } = await readReferencedSecret(arn, edges);
  const { email, username, password } = parseObject(text) ?? {};
  const loginName = email || username;
  if (typeof password !== 'string' || password === '') {
    throw invalid(cluster, 'password in the admin secret is not a string with characters in it');
  }
  edges.registerSecret(password);
  if (typeof loginName !== 'string' || !/^[^:]+$/.test(loginName)) {
    throw invalid(cluster, 'username or email in the admin secret is not a string without a colon');
  }
  return { name: loginName, password, versionId };
}

function invalid(cluster: string, what: string): RotationError {
  return new RotationError('admin_secret_invalid', `cluster ${cluster}: ${what}`);
}
