import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { cached } from '../redis-enterprise/cache.ts';
import { generationIn, hasLegacy, NODES, versionsIn } from '../redis-enterprise/nodes.ts';
import { toApiError } from '../redis-enterprise/passwords.ts';
import type { Api, ApiLogin, ApiReply } from '../redis-enterprise/types.ts';
import type { SecretValue, VersionValue } from '../secret/value.ts';
import { type Account, usesOwnLogin } from './accounts.ts';
import { withLogin } from './login.ts';

/**
 * Calls a cluster's API to change the passwords of a user, once it is known that it will change
 * those of this user alone. Throws `cluster_version_unsafe` if an admin would, or may, change
 * itself. The request names the account's user, and no other: in self mode the name of the login,
 * in admin mode the name that the tag binds. `current` only lends its password.
 */
export async function withChange<T>(
  account: Account,
  current: VersionValue,
  edges: Context,
  call: (api: Api, login: ApiLogin, username: string) => Promise<T>,
): Promise<T> {
  return withLogin(account, current, edges, async (api, login) => {
    // Read it again before every change of an admin: an upgrade from A, or from 7.8.6-119, may end
    // in B, and a name may lead to another cluster. Then an admin would change itself.
    const reply = await cached(api, login, NODES, edges, !usesOwnLogin(account));
    // In self mode the login may be one that cannot read them.
    if (!usesOwnLogin(account) && reply.status !== 200)
      throw toApiError(api, `GET ${NODES}`, reply);
    checkGeneration(account, current, reply);
    const isLegacy = reply.status === 200 ? hasLegacy(reply) : undefined;
    const username = usesOwnLogin(account) ? account.apiLoginName : account.username;
    return call({ ...api, isLegacy, knownPassword: current.password }, login, username);
  });
}

function checkGeneration(account: Account, { password }: SecretValue, nodes: ApiReply): void {
  const { name } = account.cluster;
  const generation = generationIn(nodes);
  if (generation === 'legacy' && password === undefined) {
    const what = `cluster ${name} adds a password only beside one that is known, and there is none`;
    const hint = "put the user's password into the secret, or upgrade the cluster past 7.8.6-119";
    throw new RotationError('current_password_missing', what, { hint });
  }
  if (usesOwnLogin(account) || generation === 'legacy' || generation === 'current') return;
  const why =
    generation === 'adminUnsafe'
      ? 'changes the passwords of whoever logs in (bug RS161290)'
      : `runs ${versionsIn(nodes)}, allowed is 6.0.12 or later`;
  const what = `cluster ${name} ${why}, so that the admin may change itself`;
  throw new RotationError('cluster_version_unsafe', what);
}
