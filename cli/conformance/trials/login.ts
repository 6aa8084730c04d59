import { formatReply } from '../cluster/api.ts';
import { NotTried } from '../fixture/errors.ts';
import { logIn, resetPassword } from '../fixture/passwords.ts';
import { always, type Trial } from './trial.ts';

/** Who may log in to the API, and how. */
export const LOGIN_TRIALS: Trial[] = [
  {
    id: 'name-or-email',
    question: 'Does the API accept a login by name, and by email?',
    documented: 'by email; examples show names',
    assumed: always('by name, or by email if the secret has one'),
    accepts: always(/200/),
    observe: async (fixture) => {
      const password = await resetPassword(fixture);
      const { user } = fixture;
      const byName = await logIn(fixture, user, password);
      const byEmail = await logIn(fixture, { name: user.email }, password);
      return `by name ${byName.status}, by email ${byEmail.status}`;
    },
  },
  {
    id: 'authorize',
    question: 'Where does /v1/users/authorize read the credentials?',
    documented: 'in the body up to 7.4, in the header since 7.8',
    assumed: ({ generation }) => (generation === 'legacy' ? 'in the body' : 'in the header'),
    accepts: ({ generation }) => (generation === 'legacy' ? /^in the body$/ : /^in the header$/),
    observe: async (fixture) => {
      const { user, sendRequest } = fixture;
      const password = await resetPassword(fixture);
      const header = await logIn({ sendRequest, generation: 'current' }, user, password);
      if (header.status === 200) return 'in the header';
      const both = await logIn({ sendRequest, generation: 'legacy' }, user, password);
      return both.status === 200 ? 'in the body' : `nowhere: ${formatReply(both)}`;
    },
  },
  {
    id: 'role-none',
    question: 'May a user with the role none log in to the API?',
    documented: 'no; but no permission is needed to change its own password',
    assumed: always('either: a database verifies the password of such a user'),
    accepts: always(/^(200|401|403)/),
    observe: async (fixture) => {
      const { none } = fixture;
      if (none === undefined) throw new NotTried('the cluster has no role none');
      return formatReply(await logIn(fixture, none, await resetPassword(fixture, none)));
    },
  },
  {
    id: 'handle-redirects',
    question: 'Does a node that is not the primary node forward requests?',
    documented: 'handle_redirects, off by default',
    assumed: always('either: the function follows a redirect to a node of the cluster'),
    accepts: always(/^(on|off)$/),
    observe: async ({ cluster }) => {
      if (typeof cluster.handle_redirects !== 'boolean') {
        throw new NotTried('the cluster does not report handle_redirects');
      }
      return cluster.handle_redirects ? 'on' : 'off';
    },
  },
];
