import type { Bench, Throwaway } from './bench.ts';
import { newPassword } from './bench.ts';
import type { Answer } from './rest.ts';

type Change = { password: string; known: string };

/** Makes a fresh password a user's only one, as an administrator of any version can. */
export async function reset(bench: Bench, user: Throwaway = bench.user): Promise<string> {
  const password = newPassword();
  const path = `/v1/users/${user.uid}`;
  const { status } = await bench.rest(bench.admin, 'PUT', path, { password });
  if (status !== 200) throw new Error(`the cluster answered PUT ${path} with ${status}`);
  return password;
}

/** Changes the user's list: as the admin or, where that would change the admin, as the user. */
export function change(
  bench: Bench,
  method: 'POST' | 'PUT' | 'DELETE',
  { password, known }: Change,
): Promise<Answer> {
  const { user, admin, rest, generation } = bench;
  const isSafe = generation === 'A' || generation === 'C';
  const login = isSafe ? admin : { name: user.name, password: known };
  const old = generation === 'A' ? { old_password: known } : {};
  const passwords =
    method === 'DELETE' ? { old_password: password } : { new_password: password, ...old };
  return rest(login, method, '/v1/users/password', { username: user.name, ...passwords });
}

/** Adds a password beside a known one, and gives it. */
export async function add(bench: Bench, known: string): Promise<string> {
  const password = newPassword();
  const { status } = await change(bench, 'POST', { password, known });
  if (status !== 200) throw new Error(`the cluster answered POST with ${status}`);
  return password;
}

/** Logs in to the API, with the credentials where the version looks for them. */
export function logIn(
  { rest, generation }: Bench,
  { name }: Throwaway,
  password: string,
): Promise<Answer> {
  const credentials = generation === 'A' ? { username: name, password } : {};
  return rest({ name, password }, 'POST', '/v1/users/authorize', { ttl: 1, ...credentials });
}
