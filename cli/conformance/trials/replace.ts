import { formatReply } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import { changePasswords, logIn, resetPassword } from '../fixture/passwords.ts';
import { always, type Trial } from './trial.ts';

/** What happens when all passwords are replaced. */
export const REPLACE_TRIALS: Trial[] = [
  {
    id: 'replace',
    question: 'Does replacing invalidate every other password?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] and 200$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = newPassword(fixture.cluster);
      const reply = await changePasswords(fixture, 'PUT', { password, known });
      // The valid password first, because the invalid one may lock the user.
      const only = await logIn(fixture, fixture.user, password);
      const old = await logIn(fixture, fixture.user, known);
      return `${formatReply(reply)}, then logins ${old.status} and ${only.status}`;
    },
  },
  {
    id: 'put-by-name',
    question: "Does replacing accept a login by the user's name?",
    documented: 'no before 8.0.20-108 (bug RS193817); yes from then on',
    assumed: always('either: the function logs in by email if it knows one'),
    accepts: always(/^by name 200$|by email 200$/),
    observe: async (fixture) => {
      const { user, sendRequest, generation } = fixture;
      const known = await resetPassword(fixture);
      const replace = (name: string) => {
        const old = generation === 'legacy' ? { old_password: known } : {};
        const body = { username: user.name, new_password: newPassword(fixture.cluster), ...old };
        return sendRequest({ name, password: known }, 'PUT', '/v1/users/password', body);
      };
      const byName = await replace(user.name);
      if (byName.status === 200) return 'by name 200';
      const byEmail = await replace(user.email);
      return `by name ${byName.status}, by email ${byEmail.status}`;
    },
  },
  {
    id: 'replace-present',
    question: 'What is the reply to replacing with a password that the user has?',
    documented: 'new_password_same_as_current; 8.0.16 and later may differ',
    assumed: always('200, or new_password_same_as_current'),
    accepts: always(/^200$|new_password_same_as_current/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      return formatReply(await changePasswords(fixture, 'PUT', { password: known, known }));
    },
  },
];
