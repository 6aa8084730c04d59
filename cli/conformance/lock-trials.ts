import { authenticate } from '../../lambda/verification/redis-auth.ts';
import type { Bench } from './bench.ts';
import { add, logIn, reset } from './changes.ts';
import { addressOf, isRefusedWithin, proveUntil } from './database.ts';
import { newPassword } from './password.ts';
import { show } from './rest.ts';
import { always, onlyAdmin, type Trial } from './trial.ts';

// More refused logins than this are not sent, were the threshold ever so high.
const THRESHOLD_MAX = 10;

const noLockout = ({ policy }: Bench) => {
  const threshold = Number(policy.login_lockout_threshold);
  return threshold > 0 && threshold <= THRESHOLD_MAX
    ? undefined
    : `login_lockout_threshold is ${policy.login_lockout_threshold}`;
};

/** Locks the throw-away user by as many refused logins as it takes. */
async function lock(bench: Bench): Promise<void> {
  const threshold = Number(bench.policy.login_lockout_threshold);
  const wrong = newPassword(bench.cluster);
  for (let count = 0; count < threshold; count += 1) await logIn(bench, bench.user, wrong);
}

/** What a locked user may do. */
export const LOCK_TRIALS: Trial[] = [
  {
    id: 'locked',
    question: 'What does a locked user get with the right password?',
    documented: '',
    assumed: always('401 or 403'),
    accepts: always(/^40[13]/),
    unfit: noLockout,
    observe: async (bench) => {
      const password = await reset(bench);
      await lock(bench);
      return show(await logIn(bench, bench.user, password));
    },
  },
  {
    id: 'locked-database',
    question: 'May a locked user log in to the database?',
    documented: '',
    assumed: always('either: what is refused is told'),
    accepts: always(/^(accepted|refused)$/),
    unfit: (bench) => noLockout(bench) ?? bench.noDatabase,
    observe: async (bench) => {
      const password = await reset(bench);
      await proveUntil(bench, password);
      await lock(bench);
      return (await isRefusedWithin(bench, password)) ? 'refused' : 'accepted';
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
      const known = await reset(bench);
      await lock(bench);
      const answer = await logIn(bench, bench.user, await add(bench, known));
      if (answer.status === 200) return 'yes';
      return answer.status === 401 || answer.status === 403 ? 'no' : show(answer);
    },
  },
  {
    id: 'database-lockout',
    question: 'Do logins that a database refuses count towards the lock-out?',
    documented: '',
    assumed: always('no: while a proxy is late, a step asks it four times'),
    accepts: always(/^no$/),
    unfit: (bench) => noLockout(bench) ?? bench.noDatabase,
    observe: async (bench) => {
      const known = await reset(bench);
      await proveUntil(bench, known);
      const who = { username: bench.user.name, password: newPassword(bench.cluster) };
      const threshold = Number(bench.policy.login_lockout_threshold);
      for (let count = 0; count < threshold; count += 1) {
        await authenticate(addressOf(bench), who);
      }
      const answer = await logIn(bench, bench.user, known);
      if (answer.status === 200) return 'no';
      return answer.status === 401 || answer.status === 403 ? 'yes' : show(answer);
    },
  },
];
