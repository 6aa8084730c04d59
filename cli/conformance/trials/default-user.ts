import { toRotationError } from '../../../lambda/errors.ts';
import { formatReply } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import {
  becomes,
  openDefaultUser,
  remove,
  unprotected,
  withPassword,
} from '../fixture/default-user.ts';
import type { DefaultUserFixture } from '../fixture/default-user-fixture.ts';
import { NotTried } from '../fixture/errors.ts';
import { findUid } from '../fixture/listed-database.ts';
import { always, type Trial } from './trial.ts';

const obstacle = ({ defaultUser }: DefaultUserFixture) =>
  defaultUser === undefined ? '--default-user is not given' : undefined;

// Breaks every rule for passwords except its length.
const WEAK_CHARACTER = 'a';

/** What the list of passwords of a database's default user does. No trial deletes the last one. */
export const DEFAULT_USER_TRIALS: Trial<DefaultUserFixture>[] = [
  {
    id: 'default-find',
    question: 'Does the function find the database, and rotate its default user?',
    documented: '',
    assumed: always('yes'),
    accepts: always(/^yes$/),
    obstacle,
    observe: (fixture) =>
      findUid(fixture).then(
        () => 'yes',
        (error: unknown) => `no: ${toRotationError(error).what}`,
      ),
  },
  {
    id: 'default-protected',
    question: 'Does the database ask for a password?',
    documented: 'if the default user has one',
    assumed: always('yes: without a password, nothing is changed'),
    accepts: always(/^yes$/),
    obstacle,
    observe: async (fixture) => {
      const reason = await unprotected(fixture);
      return reason === '' ? 'yes' : `no: ${reason}`;
    },
  },
  {
    id: 'default-add',
    question: 'Is an added password accepted, with and without a username?',
    documented: 'POST adds a password',
    assumed: always('yes, within 30 s'),
    accepts: always(/^yes$/),
    obstacle,
    observe: (fixture) =>
      withPassword(fixture, async (user, password) =>
        (await becomes(fixture, user, password, 'accepted')) ? 'yes' : 'no',
      ),
  },
  {
    id: 'default-add-present',
    question: 'What is the reply to adding a password again?',
    documented: '',
    assumed: always('any: a login decides'),
    accepts: always(/^(200|4\d\d)/),
    obstacle,
    observe: (fixture) =>
      withPassword(fixture, async (user, password) =>
        formatReply(await user.change('POST', password)),
      ),
  },
  {
    id: 'default-delete',
    question: 'Does deleting invalidate that password, and keep the database protected?',
    documented: 'DELETE deletes a password',
    assumed: always('200, rejected, protected'),
    accepts: always(/^200, rejected, protected$/),
    obstacle,
    observe: (fixture) =>
      withPassword(fixture, async (user, password) => {
        await becomes(fixture, user, password, 'accepted');
        const reply = formatReply(await user.change('DELETE', password));
        const isRejected = await becomes(fixture, user, password, 'rejected');
        return `${reply}, ${isRejected ? 'rejected' : 'accepted'}, protected`;
      }),
  },
  {
    id: 'default-delete-absent',
    question: 'What is the reply to deleting an absent password?',
    documented: '',
    assumed: always('any: a login decides'),
    accepts: always(/^(200|4\d\d)/),
    obstacle,
    observe: async (fixture) => {
      const user = await openDefaultUser(fixture);
      return formatReply(await user.change('DELETE', newPassword(fixture.cluster)));
    },
  },
  {
    id: 'default-rules',
    question: 'Do the rules for passwords apply?',
    documented: '',
    assumed: always('either: every password satisfies them'),
    accepts: always(/^(yes|no)$/),
    obstacle,
    observe: async (fixture) => {
      const { cluster } = fixture;
      if (cluster.password_complexity !== true) throw new NotTried('password_complexity is off');
      const user = await openDefaultUser(fixture);
      // Random, because a known password would let anyone in until it is deleted.
      const weak = newPassword(cluster).replace(/[^a-z]/g, WEAK_CHARACTER);
      try {
        const reply = await user.change('POST', weak);
        return reply.status === 200 ? 'no' : 'yes';
      } finally {
        await remove(fixture, user, weak);
      }
    },
  },
];
