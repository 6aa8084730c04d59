import { formatReply, type Reply } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import { authenticateAtDatabase, becomesRejected, waitUntilAccepted } from '../fixture/database.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { addPassword, logIn, resetPassword } from '../fixture/passwords.ts';
import { adminObstacle, always, type Trial } from './trial.ts';

// If the threshold is higher, the trials do not run.
const THRESHOLD_MAX = 10;

const thresholdOf = ({ policy }: Fixture) => Number(policy.login_lockout_threshold);

const noLockout = (fixture: Fixture) => {
  const threshold = thresholdOf(fixture);
  return threshold > 0 && threshold <= THRESHOLD_MAX
    ? undefined
    : `login_lockout_threshold is ${fixture.policy.login_lockout_threshold}`;
};

async function lockUser(fixture: Fixture): Promise<void> {
  const wrong = newPassword(fixture.cluster);
  for (let count = 0; count < thresholdOf(fixture); count += 1) {
    await logIn(fixture, fixture.user, wrong);
  }
}

/** Chooses an answer by whether a login was accepted. */
function interpret(reply: Reply, answers: { accepted: string; rejected: string }): string {
  if (reply.status === 200) return answers.accepted;
  const isRejected = reply.status === 401 || reply.status === 403;
  return isRejected ? answers.rejected : formatReply(reply);
}

/** What a locked user may do. */
export const LOCKOUT_TRIALS: Trial[] = [
  {
    id: 'locked',
    question: 'What is the reply to a locked user with a valid password?',
    documented: '',
    assumed: always('401 or 403'),
    accepts: always(/^40[13]/),
    obstacle: noLockout,
    observe: async (fixture) => {
      const password = await resetPassword(fixture);
      await lockUser(fixture);
      return formatReply(await logIn(fixture, fixture.user, password));
    },
  },
  {
    id: 'locked-database',
    question: 'May a locked user log in to the database?',
    documented: '',
    assumed: always('either: the function reports a rejected login'),
    accepts: always(/^(accepted|rejected)$/),
    obstacle: (fixture) => noLockout(fixture) ?? fixture.noDatabase,
    observe: async (fixture) => {
      const password = await resetPassword(fixture);
      await waitUntilAccepted(fixture, password);
      await lockUser(fixture);
      return (await becomesRejected(fixture, password)) ? 'rejected' : 'accepted';
    },
  },
  {
    id: 'add-unlocks',
    question: 'Does adding a password unlock a user?',
    documented: 'an administrator unlocks a user by setting another password',
    assumed: always('either'),
    accepts: always(/^(yes|no)$/),
    obstacle: (fixture) => noLockout(fixture) ?? adminObstacle(fixture),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      await lockUser(fixture);
      const reply = await logIn(fixture, fixture.user, await addPassword(fixture, known));
      return interpret(reply, { accepted: 'yes', rejected: 'no' });
    },
  },
  {
    id: 'database-lockout',
    question: 'Do logins that a database rejects count towards the lockout?',
    documented: '',
    assumed: always('no: while a proxy is late, a step logs in up to four times'),
    accepts: always(/^no$/),
    obstacle: (fixture) => noLockout(fixture) ?? fixture.noDatabase,
    observe: async (fixture) => {
      const { user, cluster } = fixture;
      const known = await resetPassword(fixture);
      await waitUntilAccepted(fixture, known);
      const wrong = { name: user.name, password: newPassword(cluster) };
      for (let count = 0; count < thresholdOf(fixture); count += 1) {
        await authenticateAtDatabase(fixture, wrong);
      }
      const reply = await logIn(fixture, user, known);
      return interpret(reply, { accepted: 'no', rejected: 'yes' });
    },
  },
];
