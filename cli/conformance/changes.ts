import { setTimeout } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { newPassword } from './password.ts';
import { type Answer, type Login, show } from './rest.ts';
import { asAdmin } from './target.ts';
import type { Throwaway } from './throwaway.ts';

type Change = { password: string; known: string };

/** Makes a fresh password a user's only one, as an administrator of any version can. */
export async function reset(bench: Bench, user: Throwaway = bench.user): Promise<string> {
  const password = newPassword(bench.cluster);
  const path = `/v1/users/${user.uid}`;
  const answer = await asAdmin(bench, 'PUT', path, { password });
  if (answer.status === 200) return password;
  throw new Error(`the cluster answered PUT /v1/users/{uid} with ${show(answer)}`);
}

/** Changes the user's list, as the user itself unless an admin is known not to change itself. */
export function change(
  bench: Bench,
  method: 'POST' | 'PUT' | 'DELETE',
  { password, known }: Change,
): Promise<Answer> {
  const { user, rest, changesAs, generation } = bench;
  const old = generation === 'legacy' ? { old_password: known } : {};
  const passwords =
    method === 'DELETE' ? { old_password: password } : { new_password: password, ...old };
  const body = { username: user.name, ...passwords };
  if (changesAs === 'admin') return asAdmin(bench, method, '/v1/users/password', body);
  return rest({ name: user.name, password: known }, method, '/v1/users/password', body);
}

/** Adds a password beside a known one, and gives it. */
export async function add(bench: Bench, known: string): Promise<string> {
  const password = newPassword(bench.cluster);
  const answer = await change(bench, 'POST', { password, known });
  if (answer.status === 200) return password;
  throw new Error(`the cluster answered POST with ${show(answer)}`);
}

/** Logs in to the API, with the credentials where the version looks for them. */
export function logIn(
  { rest, generation }: Bench,
  { name }: Pick<Login, 'name'>,
  password: string,
): Promise<Answer> {
  const credentials = generation === 'legacy' ? { username: name, password } : {};
  return rest({ name, password }, 'POST', '/v1/users/authorize', { ttl: 1, ...credentials });
}

/** Waits, unless the run is broken off. */
export async function pause({ signal }: Bench, ms: number): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}
