import { isIP } from 'node:net';
import { type Account, isSelf } from '../accounts.ts';
import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import { withLogin } from '../login.ts';
import type { SecretValue } from '../secret-value.ts';
import type { Api, ApiLogin, ApiReply } from './api.ts';
import { type Generation, generationOf, worstOf } from './generation.ts';
import { refusal } from './passwords.ts';
import { readOnce } from './reads.ts';

/**
 * Calls a cluster's API to change the passwords of a user, once it is known that it will change
 * those of this user and of nobody else. Throws `cluster_version_unsafe` where an admin would
 * change itself, or where nobody can tell.
 */
export async function withChange<T>(
  account: Account,
  current: SecretValue,
  edges: Edges,
  call: (api: Api, login: ApiLogin) => Promise<T>,
): Promise<T> {
  return withLogin(account, current, edges, async (api, login) => {
    const { generation, nodes } = await readNodes(api, login, edges, isSelf(account));
    checkGeneration(account, current, generation);
    return call({ ...api, generation, nodes, knownPassword: current.password }, login);
  });
}

/** What a cluster's nodes say: their generation, and their addresses. */
async function readNodes(
  api: Api,
  login: ApiLogin,
  edges: Edges,
  /** Whether the login may be one that cannot read them: the user's own. */
  isOptional: boolean,
): Promise<{ generation: Generation | undefined; nodes: string[] }> {
  const reply = await readOnce(api, login, '/v1/nodes', edges);
  if (!isOptional && (reply.status !== 200 || reply.list.length === 0)) {
    throw refusal(api, 'GET /v1/nodes', reply);
  }
  return { generation: generationIn(reply), nodes: addressesIn(reply) };
}

function addressesIn({ list }: ApiReply): string[] {
  const found = list.flatMap((node) => {
    const { addr, external_addr: external } = Object(node);
    return [addr, ...(Array.isArray(external) ? external : [])];
  });
  return found.filter((one) => typeof one === 'string' && isIP(one) !== 0);
}

/** The generation that a list of nodes speaks of; undefined where one of them is not known. */
export function generationIn({ status, list }: ApiReply): Generation | undefined {
  const found = list.map((node) => generationOf(String(Object(node).software_version)));
  const known = found.filter((one) => one !== undefined);
  return status === 200 && known.length === found.length ? worstOf(known) : undefined;
}

function checkGeneration(
  account: Account,
  { password }: SecretValue,
  generation: Generation | undefined,
): void {
  const { name } = account.cluster;
  if (generation === 'A' && password === undefined) {
    const what = `cluster ${name} adds a password only beside one that is known, and there is none`;
    const hint = "put the user's password into the secret, or upgrade the cluster past 7.8.6-119";
    throw new RotationError('current_password_missing', what, { hint });
  }
  if (isSelf(account) || generation === 'A' || generation === 'C') return;
  const why =
    generation === 'B'
      ? 'changes the passwords of whoever logs in (bug RS161290)'
      : 'does not say which version it runs';
  const what = `cluster ${name} ${why}, so that the admin may change itself`;
  throw new RotationError('cluster_version_unsafe', what);
}
