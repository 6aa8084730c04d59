import { authenticate } from '../../lambda/verification/redis-auth.ts';
import type { Bench } from './bench.ts';
import { add, change, logIn, reset } from './changes.ts';
import { addressOf, connect, proveUntil, whatIsLeft } from './database.ts';
import { newPassword } from './password.ts';
import { show } from './rest.ts';
import { always, NotTried, type Trial } from './trial.ts';

const noDatabase = (bench: Bench) => bench.noDatabase;

/** What a setting of the cluster says of connections; `auto` leaves it to each database. */
const SETTINGS: Record<string, { assumed: string; accepts: RegExp }> = {
  enabled: { assumed: 'yes, as the cluster says', accepts: /^yes$/ },
  disabled: { assumed: 'no, as the cluster says', accepts: /^no$/ },
};
const UNSET = { assumed: 'either', accepts: /^(yes|no)$/ };
const settingOf = ({ cluster }: Bench) =>
  SETTINGS[String(cluster.disconnect_clients_on_password_removal)] ?? UNSET;

/** What the database does with a user's passwords. */
export const DATABASE_TRIALS: Trial[] = [
  {
    id: 'database-login',
    question: 'Does the database take the name, and a new password, and how soon?',
    documented: 'the name; nothing on how soon',
    assumed: always('within 30 s on every proxy'),
    accepts: always(/^after/),
    unfit: noDatabase,
    observe: async (bench) => {
      const password = await add(bench, await reset(bench));
      return `after ${Math.ceil(await proveUntil(bench, password))} ms`;
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
      authenticate(addressOf(bench), {
        username: bench.user.name,
        password: newPassword(bench.cluster),
      }),
  },
  {
    id: 'disconnect',
    question: 'Does deleting a password close the connections that used it?',
    documented: 'as disconnect_clients_on_password_removal says, since 8.0.2-17',
    assumed: (bench) => settingOf(bench).assumed,
    accepts: (bench) => settingOf(bench).accepts,
    unfit: noDatabase,
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await add(bench, known);
      await proveUntil(bench, password);
      const connection = await connect(bench, password);
      try {
        const answer = await change(bench, 'DELETE', { password, known });
        if (answer.status !== 200) throw new Error(`DELETE was answered with ${show(answer)}`);
        return await whatIsLeft(bench, connection);
      } finally {
        connection.destroy();
      }
    },
  },
  {
    id: 'expired-database',
    question: 'May a user whose password has expired log in to the database?',
    documented: '',
    assumed: always('either: what is refused is told'),
    accepts: always(/^(accepted|refused)$/),
    unfit: noDatabase,
    observe: async (bench) => {
      const { expired } = bench;
      // Nothing expires in less than a day, so that the user has to be there.
      if (expired === undefined) throw new NotTried('--expired is not given');
      const answer = await logIn(bench, expired, expired.password);
      if (answer.errorCode !== 'password_expired') {
        throw new NotTried(`to a login as --expired the cluster answers ${show(answer)}`);
      }
      return authenticate(addressOf(bench), { username: expired.name, password: expired.password });
    },
  },
];
