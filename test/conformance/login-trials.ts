import { authenticate } from '../../lambda/redis-auth.ts';
import { type Bench, newPassword } from './bench.ts';
import { add, change, logIn, reset } from './changes.ts';
import { addressOf, connect } from './database.ts';
import { show } from './rest.ts';
import { always, onlyAdmin, type Trial } from './trial.ts';

// More refused logins than this are not sent, were the threshold ever so high.
const THRESHOLD_MAX = 10;
// As long as the function waits for a password to reach every proxy.
const PROPAGATION_MAX_MS = 30_000;
const PROPAGATION_POLL_MS = 50;

const isOn = ({ cluster }: Bench) => cluster.password_complexity === true;
const noRules = (bench: Bench) =>
  isOn(bench) ? undefined : 'not tried: password_complexity is off';
const noDatabase = ({ database }: Bench) =>
  database === undefined ? 'not tried: --database is not given' : undefined;
const noLockout = ({ policy }: Bench) => {
  const threshold = Number(policy.login_lockout_threshold);
  return threshold > 0 && threshold <= THRESHOLD_MAX
    ? undefined
    : `not tried: login_lockout_threshold is ${policy.login_lockout_threshold}`;
};

/** Adds a password of some shape: whether the rules refuse it. */
async function offer(bench: Bench, password: string): Promise<string> {
  const known = await reset(bench);
  return show(await change(bench, 'POST', { password, known }));
}

/** Locks the throw-away user, and gives its password. */
async function lock(bench: Bench): Promise<string> {
  const password = await reset(bench);
  const threshold = Number(bench.policy.login_lockout_threshold);
  for (let count = 0; count < threshold; count += 1) await logIn(bench, bench.user, newPassword());
  return password;
}

async function proveUntil(bench: Bench, password: string): Promise<number | undefined> {
  const began = performance.now();
  while (performance.now() - began < PROPAGATION_MAX_MS) {
    const who = { username: bench.user.name, password };
    if ((await authenticate(addressOf(bench), who)) === 'accepted') {
      return performance.now() - began;
    }
    await new Promise((resolve) => setTimeout(resolve, PROPAGATION_POLL_MS));
  }
  return undefined;
}

/** What logins do at the API and at the database, and what the rules for passwords are. */
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
    assumed: ({ generation }) => (generation === 'A' ? 'in the body' : 'in the header'),
    accepts: ({ generation }) => (generation === 'A' ? /body/ : /header/),
    observe: async (bench) => {
      const password = await reset(bench);
      const { status } = await logIn({ ...bench, generation: 'C' }, bench.user, password);
      return status === 200 ? 'in the header' : 'in the body';
    },
  },
  {
    id: 'role-none',
    question: 'May a user of the role none log in to the API?',
    documented: 'it may not use the API; yet changing its own password needs no permission',
    assumed: always('either: such a user is proved at a database'),
    accepts: always(/^(200|401|403)/),
    observe: async (bench) => {
      const password = await reset(bench, bench.none);
      return show(await logIn(bench, bench.none, password));
    },
  },
  {
    id: 'rules',
    question: 'Does the cluster refuse a short password?',
    documented: 'where password_complexity is on',
    assumed: (bench) => (isOn(bench) ? 'yes' : 'no'),
    accepts: (bench) => (isOn(bench) ? /password_not_complex/ : /^200/),
    observe: (bench) => offer(bench, 'a-B1'),
  },
  {
    id: 'repeating',
    question: 'Do repeated characters count in a row, or in all?',
    documented: 'no more than three repeating characters',
    assumed: always('either: both are kept'),
    accepts: always(/^in/),
    unfit: noRules,
    observe: async (bench) => {
      const answer = await offer(bench, withTail(bench, 'qAqBqCqDq'));
      return answer.startsWith('200') ? 'in a row' : 'in all';
    },
  },
  {
    id: 'ends',
    question: 'May a digit be the last character?',
    documented: 'since 6.2.12',
    assumed: always('either: letters stand at both ends'),
    accepts: always(/^(yes|no)$/),
    unfit: noRules,
    observe: async (bench) => {
      const answer = await offer(bench, `${newPassword(lengthOf(bench))}7`);
      return answer.startsWith('200') ? 'yes' : 'no';
    },
  },
  {
    id: 'locked',
    question: 'What does a locked user get with the right password?',
    documented: '',
    assumed: always('401 or 403'),
    accepts: always(/^40[13]/),
    unfit: noLockout,
    observe: async (bench) => show(await logIn(bench, bench.user, await lock(bench))),
  },
  {
    id: 'locked-database',
    question: 'May a locked user log in to the database?',
    documented: '',
    assumed: always('either: what is refused is told'),
    accepts: always(/^(accepted|refused)$/),
    unfit: (bench) => noLockout(bench) ?? noDatabase(bench),
    observe: async (bench) => {
      const password = await lock(bench);
      return authenticate(addressOf(bench), { username: bench.user.name, password });
    },
  },
  {
    id: 'add-unlocks',
    question: 'Does adding a password unlock a user?',
    documented: 'an administrator unlocks by setting another password',
    assumed: always('either'),
    accepts: always(/^(yes|no)$/),
    unfit: (bench) => noLockout(bench) ?? onlyAdmin(bench),
    observe: async (bench) => {
      const known = await lock(bench);
      const password = await add(bench, known);
      return (await logIn(bench, bench.user, password)).status === 200 ? 'yes' : 'no';
    },
  },
  {
    id: 'redirects',
    question: 'Do nodes pass requests on to the primary (handle_redirects)?',
    documented: 'off by default: they answer 307 with an address of their own',
    assumed: always('either: redirects to the cluster itself are followed'),
    accepts: always(/^(on|off)$/),
    observe: async ({ cluster }) => (cluster.handle_redirects === true ? 'on' : 'off'),
  },
  {
    id: 'database-login',
    question: 'Does the database take the name, and a new password, and how soon?',
    documented: 'the name; nothing on how soon',
    assumed: always('within 30 s on every proxy'),
    accepts: always(/^after/),
    unfit: noDatabase,
    observe: async (bench) => {
      const password = await add(bench, await reset(bench));
      const took = await proveUntil(bench, password);
      return took === undefined ? 'not within 30 s' : `after ${Math.ceil(took)} ms`;
    },
  },
  {
    id: 'database-refusal',
    question: 'Does the database refuse a wrong password in words that are known?',
    documented: 'WRONGPASS in Redis itself',
    assumed: always('refused'),
    accepts: always(/^refused$/),
    unfit: noDatabase,
    observe: (bench) =>
      authenticate(addressOf(bench), { username: bench.user.name, password: newPassword() }),
  },
  {
    id: 'disconnect',
    question: 'Does deleting a password close the connections that used it?',
    documented: 'as disconnect_clients_on_password_removal says, since 8.0.2-17',
    assumed: ({ cluster }) => `either; it says ${cluster.disconnect_clients_on_password_removal}`,
    accepts: always(/^(yes|no)$/),
    unfit: noDatabase,
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await add(bench, known);
      await proveUntil(bench, password);
      const connection = await connect(bench, password);
      await change(bench, 'DELETE', { password, known });
      const isOpen = await connection.ping().then(
        () => true,
        () => false,
      );
      connection.destroy();
      return isOpen ? 'no' : 'yes';
    },
  },
];

const lengthOf = ({ cluster }: Bench) => Math.max(32, Number(cluster.password_min_length ?? 8));

/** A password in which one character stands too often, and never twice in a row. */
function withTail(bench: Bench, tail: string): string {
  const first = newPassword(lengthOf(bench)).replaceAll('q', 'x');
  return `${first}${tail}`.replace(/(.)\1{3,}/g, '$1$1');
}
