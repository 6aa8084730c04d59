import { readAsAdmin } from '../cluster/admin.ts';
import { formatReply, itemsOf, type Login } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import type { TestUser } from '../cluster/users.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { logIn, resetPassword } from '../fixture/passwords.ts';
import type { Trial } from './trial.ts';

/**
 * Finds whether an admin that names another user would change its own password (bug RS161290). The
 * trial sends the request as a user that is not an admin. Only if the cluster denies that request,
 * and the same user may change its own password, do later trials change passwords as the admin.
 */
export const WHOSE_PASSWORD: Trial = {
  id: 'whose-password',
  question: 'If a user names another user, whose password changes?',
  documented: 'denied with 403; generation B: its own (bug RS161290)',
  assumed: ({ generation }) => (generation === 'adminUnsafe' ? 'its own' : 'denied'),
  accepts: ({ generation }) => (generation === 'adminUnsafe' ? /^its own$/ : /^denied: 403/),
  observe: async (fixture) => {
    const { user, other, generation } = fixture;
    const known = await resetPassword(fixture, user);
    const own = await resetPassword(fixture, other);
    const obstacle = await apiObstacle(fixture, own);
    if (obstacle !== undefined) return `unknown: ${obstacle}`;
    const login = { name: other.name, password: own };
    const { reply, password } = await addAs(fixture, login, user, known);
    if ((await logIn(fixture, other, password)).status === 200) {
      fixture.changesAs = 'user';
      return 'its own';
    }
    if ((await logIn(fixture, user, password)).status === 200) return "the other's";
    const denied = formatReply(reply);
    if (reply.status !== 403) return `unknown: ${denied}`;
    // If the cluster also denies a change of its own password, the first reply has no meaning.
    const control = await addAs(fixture, login, other, own);
    if (control.reply.status !== 200) {
      return `unknown: ${denied}, and for itself ${formatReply(control.reply)}`;
    }
    // A reply that does not last, for example a failing proxy's, has no meaning either.
    const again = await addAs(fixture, login, user, known);
    if (again.reply.status !== 403) {
      return `unknown: ${denied}, and after a retry ${formatReply(again.reply)}`;
    }
    // With mixed versions, another node may still change the admin's own password.
    fixture.changesAs = generation === 'legacy' || generation === 'current' ? 'admin' : 'user';
    return `denied: ${denied}`;
  },
};

/** Logs in as one user, and adds a password to the user that the request names. */
async function addAs(fixture: Fixture, login: Login, named: TestUser, old_password: string) {
  const password = newPassword(fixture.cluster);
  const body = { username: named.name, new_password: password, old_password };
  const reply = await fixture.sendRequest(login, 'POST', '/v1/users/password', body);
  return { reply, password };
}

/** Returns why the API may deny every request of `other`; undefined if it does not. */
async function apiObstacle(fixture: Fixture, password: string): Promise<string | undefined> {
  const users = itemsOf(await readAsAdmin(fixture, '/v1/users'));
  const role = String(users.find(({ name }) => name === fixture.other.name)?.role);
  if (['undefined', 'none', 'admin', 'user_manager'].includes(role)) {
    return `the user that sends the request has the role ${role}`;
  }
  const reply = await logIn(fixture, fixture.other, password);
  if (reply.status === 200) return undefined;
  return `the login of the user that sends the request returns ${formatReply(reply)}`;
}
