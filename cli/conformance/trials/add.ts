import { readAsAdmin } from '../cluster/admin.ts';
import { formatReply, itemsOf } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { addPassword, changePasswords, logIn, resetPassword } from '../fixture/passwords.ts';
import { adminObstacle, always, NotTried, type Trial } from './trial.ts';

// More than a secret has labels for.
const PASSWORDS = 10;

// Dates of the API have a resolution of one second.
const ISSUE_DATE_WAIT_MS = 1_100;

async function readIssueDate(fixture: Fixture): Promise<string> {
  const users = itemsOf(await readAsAdmin(fixture, '/v1/users'));
  const date = users.find(({ uid }) => uid === fixture.user.uid)?.password_issue_date;
  if (typeof date === 'string') return date;
  throw new NotTried('the cluster does not report password_issue_date');
}

/** What happens when a password is added. */
export const ADD_TRIALS: Trial[] = [
  {
    id: 'old-password',
    question: 'Does adding a password require a valid one?',
    documented: 'generation A requires old_password, later ones ignore it',
    assumed: ({ generation }) => (generation === 'legacy' ? '400' : '200'),
    accepts: ({ generation }) => (generation === 'legacy' ? /^400/ : /^200/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const { generation } = fixture;
      const without = { ...fixture, generation: generation === 'legacy' ? 'current' : generation };
      const password = newPassword(fixture.cluster);
      return formatReply(await changePasswords(without, 'POST', { password, known }));
    },
  },
  {
    id: 'add',
    question: 'After a password was added, are both valid?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 200 and 200$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = newPassword(fixture.cluster);
      const reply = await changePasswords(fixture, 'POST', { password, known });
      const old = await logIn(fixture, fixture.user, known);
      const added = await logIn(fixture, fixture.user, password);
      return `${formatReply(reply)}, then logins ${old.status} and ${added.status}`;
    },
  },
  {
    id: 'add-present',
    question: 'What is the reply to adding a password that the user has?',
    documented: 'new_password_same_as_current; 8.0.16 and later may differ',
    assumed: always('200, or new_password_same_as_current'),
    accepts: always(/^200$|new_password_same_as_current/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = await addPassword(fixture, known);
      return formatReply(await changePasswords(fixture, 'POST', { password, known }));
    },
  },
  {
    id: 'how-many',
    question: 'How many passwords may a user have?',
    documented: '',
    assumed: always('at least two; more if rotations overlap'),
    accepts: always(/^([2-9]|\d\d)/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      for (let count = 1; count < PASSWORDS; count += 1) {
        const password = newPassword(fixture.cluster);
        const reply = await changePasswords(fixture, 'POST', { password, known });
        if (reply.status !== 200) return `${count}, then ${formatReply(reply)}`;
      }
      return `${PASSWORDS} or more`;
    },
  },
  {
    id: 'action-uid',
    question: 'Does a change reply with an action_uid before it is done?',
    documented: '',
    assumed: always('either: the verification waits'),
    accepts: always(/^(yes|no)$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = newPassword(fixture.cluster);
      const { json } = await changePasswords(fixture, 'POST', { password, known });
      return 'action_uid' in Object(json ?? {}) ? 'yes' : 'no';
    },
  },
  {
    id: 'add-renews',
    question: 'Does adding a password renew its expiry (password_issue_date)?',
    documented: 'setting a new password does',
    assumed: always('either: preflight reports expired users'),
    accepts: always(/^(yes|no)$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const before = await readIssueDate(fixture);
      await fixture.clock.sleep(ISSUE_DATE_WAIT_MS, fixture.signal);
      await addPassword(fixture, known);
      return (await readIssueDate(fixture)) === before ? 'no' : 'yes';
    },
  },
  {
    id: 'user-manager',
    question: 'May a user_manager change the passwords of other users?',
    documented: 'no, only an admin may',
    assumed: always('either: the function requires an admin'),
    accepts: always(/^(200|403)/),
    obstacle: adminObstacle,
    observe: async (fixture) => {
      const { manager, user, cluster } = fixture;
      if (manager === undefined) throw new NotTried('the cluster has no role user_manager');
      const old_password = await resetPassword(fixture);
      const login = { name: manager.name, password: await resetPassword(fixture, manager) };
      const body = { username: user.name, new_password: newPassword(cluster), old_password };
      return formatReply(await fixture.sendRequest(login, 'POST', '/v1/users/password', body));
    },
  },
];
