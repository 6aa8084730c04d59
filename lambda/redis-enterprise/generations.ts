import { isIP } from 'node:net';
import { type Account, isSelf } from '../accounts.ts';
import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import { withLogin } from '../login.ts';
import type { SecretValue } from '../secret-value.ts';
import type { Api, ApiLogin, ApiReply } from './api.ts';
import { type Generation, generationOf, type Nodes, worstOf } from './generation.ts';
import { refusal } from './passwords.ts';
import { request } from './request.ts';

// An upgrade of a node takes longer; a thousand rotations do not ask each time.
const CACHED_MS = 5 * 60_000;

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
    const known = await readNodes(api, login, edges, isSelf(account));
    const { generation, addresses: nodes } = known;
    checkGeneration(account, current, generation);
    return call({ ...api, generation, nodes, knownPassword: current.password }, login);
  });
}

async function readNodes(
  api: Api,
  login: ApiLogin,
  { generations, now }: Edges,
  /** Whether the login may be one that cannot read them: the user's own. */
  isOptional: boolean,
): Promise<Nodes> {
  const { name } = api.cluster;
  const cached = generations.get(name);
  if (cached !== undefined && cached.until > now()) return cached;
  const reply = await request(api, login, { method: 'GET', path: '/v1/nodes' });
  if (reply.status === 401) throw refusal(api, 'GET /v1/nodes', reply);
  if (!isOptional && (reply.status !== 200 || reply.list.length === 0)) {
    throw refusal(api, 'GET /v1/nodes', reply);
  }
  const generation = generationIn(reply);
  const nodes = { generation, addresses: addressesIn(reply) };
  // What one login may not read, another may.
  if (generation !== undefined) generations.set(name, { ...nodes, until: now() + CACHED_MS });
  return nodes;
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
