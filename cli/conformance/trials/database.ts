import { formatReply, unexpectedReply } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import {
  authenticateAtDatabase,
  connect,
  isClosed,
  waitUntilAccepted,
} from '../fixture/database.ts';
import { NotTried } from '../fixture/errors.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { addPassword, changePasswords, logIn, resetPassword } from '../fixture/passwords.ts';
import { always, type Trial } from './trial.ts';

const obstacle = ({ noDatabase }: Fixture) => noDatabase;

// By disconnect_clients_on_password_removal. With `auto`, each database decides.
const DISCONNECT: Record<string, { assumed: string; accepts: RegExp }> = {
  enabled: { assumed: 'yes, as the cluster is set', accepts: /^yes$/ },
  disabled: { assumed: 'no, as the cluster is set', accepts: /^no$/ },
};
const DISCONNECT_AUTO = { assumed: 'either', accepts: /^(yes|no)$/ };
const disconnectOf = ({ cluster }: Fixture) =>
  DISCONNECT[String(cluster.disconnect_clients_on_password_removal)] ?? DISCONNECT_AUTO;

/** What the database does with a user's passwords. */
export const DATABASE_TRIALS: Trial[] = [
  {
    id: 'database-login',
    question: 'Does the database accept the name and a new password, and how soon?',
    documented: 'the name; nothing on how soon',
    assumed: always('within 30 s on every proxy'),
    accepts: always(/^after/),
    obstacle,
    observe: async (fixture) => {
      const password = await addPassword(fixture, await resetPassword(fixture));
      return `after ${Math.ceil(await waitUntilAccepted(fixture, password))} ms`;
    },
  },
  {
    id: 'database-refusal',
    question: 'Does the database reject a wrong password with a known error?',
    documented: 'WRONGPASS in Redis itself',
    assumed: always('rejected'),
    accepts: always(/^rejected$/),
    obstacle,
    observe: (fixture) => {
      const { user, cluster } = fixture;
      return authenticateAtDatabase(fixture, { name: user.name, password: newPassword(cluster) });
    },
  },
  {
    id: 'disconnect',
    question: 'Does deleting a password close the connections that used it?',
    documented: 'as disconnect_clients_on_password_removal is set, since 8.0.2-17',
    assumed: (fixture) => disconnectOf(fixture).assumed,
    accepts: (fixture) => disconnectOf(fixture).accepts,
    obstacle,
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = await addPassword(fixture, known);
      await waitUntilAccepted(fixture, password);
      const connection = await connect(fixture, password);
      try {
        const reply = await changePasswords(fixture, 'DELETE', { password, known });
        if (reply.status !== 200) throw unexpectedReply('DELETE /v1/users/password', reply);
        return await isClosed(fixture, connection);
      } finally {
        connection.destroy();
      }
    },
  },
  {
    id: 'expired-database',
    question: 'May a user with an expired password log in to the database?',
    documented: '',
    assumed: always('either: the function reports a rejected login'),
    accepts: always(/^(accepted|rejected)$/),
    obstacle,
    observe: async (fixture) => {
      const { expired } = fixture;
      // A password expires after a day or more, so that a test user cannot have an expired one.
      if (expired === undefined) throw new NotTried('--expired is not given');
      const reply = await logIn(fixture, expired, expired.password);
      if (reply.errorCode !== 'password_expired') {
        throw new NotTried(`the cluster returned ${formatReply(reply)} to a login as --expired`);
      }
      return authenticateAtDatabase(fixture, expired);
    },
  },
];
