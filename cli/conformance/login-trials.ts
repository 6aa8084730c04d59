import { logIn, reset } from './changes.ts';
import { show } from './rest.ts';
import { always, NotTried, type Trial } from './trial.ts';

/** Who may log in to the API, and how. */
export const LOGIN_TRIALS: Trial[] = [
  {
    id: 'name-or-email',
    question: 'Does the API take a login by name, and by email?',
    documented: 'by email; names are shown in examples',
    assumed: always('by name, or by email where the secret has one'),
    accepts: always(/200/),
    observe: async (bench) => {
      const password = await reset(bench);
      const { user } = bench;
      const byName = await logIn(bench, user, password);
      const byEmail = await logIn(bench, { ...user, name: user.email }, password);
      return `by name ${byName.status}, by email ${byEmail.status}`;
    },
  },
  {
    id: 'authorize',
    question: 'Where does authorize look for the credentials?',
    documented: 'in the body until 7.4, in the header since 7.8',
    assumed: ({ generation }) => (generation === 'legacy' ? 'in the body' : 'in the header'),
    accepts: ({ generation }) => (generation === 'legacy' ? /^in the body$/ : /^in the header$/),
    observe: async (bench) => {
      const password = await reset(bench);
      const header = await logIn({ ...bench, generation: 'current' }, bench.user, password);
      if (header.status === 200) return 'in the header';
      const both = await logIn({ ...bench, generation: 'legacy' }, bench.user, password);
      return both.status === 200 ? 'in the body' : `nowhere: ${show(both)}`;
    },
  },
  {
    id: 'role-none',
    question: 'May a user of the role none log in to the API?',
    documented: 'it may not use the API; yet changing its own password needs no permission',
    assumed: always('either: such a user is proved at a database'),
    accepts: always(/^(200|401|403)/),
    observe: async (bench) => {
      const { none } = bench;
      if (none === undefined) throw new NotTried('the cluster has no role none');
      return show(await logIn(bench, none, await reset(bench, none)));
    },
  },
  {
    id: 'handle-redirects',
    question: 'Does a node that is not the primary pass requests on?',
    documented: 'handle_redirects, which is off by default',
    assumed: always('either: a redirect to a node of the cluster is followed'),
    accepts: always(/^(on|off)$/),
    observe: async ({ cluster }) => {
      if (typeof cluster.handle_redirects !== 'boolean') throw new NotTried('it does not say');
      return cluster.handle_redirects ? 'on' : 'off';
    },
  },
];
