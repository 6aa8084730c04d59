import type { Bench } from './bench.ts';
import { logIn, reset } from './changes.ts';
import { newPassword } from './password.ts';
import { type Login, show } from './rest.ts';
import { itemsOf, read } from './target.ts';
import type { Throwaway } from './throwaway.ts';
import type { Trial } from './trial.ts';

export const VERSION: Trial = {
  id: 'version',
  question: 'Which version does every node run?',
  documented: '6.0.12 to 7.4 are A; 7.8.2-34 to 7.8.6-95, 7.22.0-95 B; later C',
  assumed: ({ generation }) => `generation ${generation ?? 'unknown'} of the password API`,
  accepts: ({ generation }) => (generation === undefined ? /^$/ : /^\d/),
  observe: async ({ versions }) => [...new Set(versions)].join(', '),
};

/**
 * Whether an admin would change itself where it names another. It is asked as a user that is none,
 * and only its refusal, as a user that may change itself, lets the admin change passwords after it.
 */
export const WHOSE_PASSWORD: Trial = {
  id: 'whose-password',
  question: 'Whose password does a user change that names another?',
  documented: 'refused with 403; generation B: its own (bug RS161290)',
  assumed: ({ generation }) => (generation === 'adminUnsafe' ? 'its own' : 'refused'),
  accepts: ({ generation }) => (generation === 'adminUnsafe' ? /^its own$/ : /^refused: 403/),
  observe: async (bench) => {
    const { user, other, generation } = bench;
    const known = await reset(bench, user);
    const own = await reset(bench, other);
    const reason = await whatShutsOut(bench, own);
    if (reason !== undefined) return `not known: ${reason}`;
    const login = { name: other.name, password: own };
    const { answer, password } = await nameUser(bench, login, user, known);
    if ((await logIn(bench, other, password)).status === 200) {
      bench.changesAs = 'user';
      return 'its own';
    }
    if ((await logIn(bench, user, password)).status === 200) return "the other's";
    if (answer.status !== 403) return `not known: ${show(answer)}`;
    // A user that may change nobody is refused as well, and that says nothing.
    const control = await nameUser(bench, login, other, own);
    if (control.answer.status !== 200) {
      return `not known: ${show(answer)}, and for itself ${show(control.answer)}`;
    }
    // Nor does a refusal that does not last, such as that of a proxy that has trouble.
    const again = await nameUser(bench, login, user, known);
    if (again.answer.status !== 403) {
      return `not known: ${show(answer)}, and when asked again ${show(again.answer)}`;
    }
    // Where nodes of several versions take turns, one of them may change the admin after all.
    bench.changesAs = generation === 'legacy' || generation === 'current' ? 'admin' : 'user';
    return `refused: ${show(answer)}`;
  },
};

/** Adds a password, as some user, to the list of the user that is named. */
async function nameUser(bench: Bench, login: Login, named: Throwaway, old_password: string) {
  const password = newPassword(bench.cluster);
  const body = { username: named.name, new_password: password, old_password };
  const answer = await bench.rest(login, 'POST', '/v1/users/password', body);
  return { answer, password };
}

/** Why a refusal of the other user would say nothing; undefined: it says whom it may change. */
async function whatShutsOut(bench: Bench, password: string): Promise<string | undefined> {
  const users = itemsOf(await read(bench, '/v1/users'));
  const role = String(users.find((one) => one.name === bench.other.name)?.role);
  if (['undefined', 'none', 'admin', 'user_manager'].includes(role)) {
    return `the user that asks has the role ${role}`;
  }
  const answer = await logIn(bench, bench.other, password);
  return answer.status === 200 ? undefined : `the user that asks gets ${show(answer)} at login`;
}
