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
