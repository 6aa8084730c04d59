import { formatReply, type Reply } from '../cluster/api.ts';
import { newPassword } from '../cluster/password.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { addPassword, changePasswords, logIn, resetPassword } from '../fixture/passwords.ts';
import { always, type Trial } from './trial.ts';

function deleteAbsent(fixture: Fixture, known: string): Promise<Reply> {
  return changePasswords(fixture, 'DELETE', { password: newPassword(fixture.cluster), known });
}

/** What happens when a password is deleted. */
export const DELETE_TRIALS: Trial[] = [
  {
    id: 'delete',
    question: 'Does deleting invalidate that password, and no other?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] and 200$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const password = await addPassword(fixture, known);
      const reply = await changePasswords(fixture, 'DELETE', { password, known });
      // The valid password first, because the invalid one may lock the user.
      const kept = await logIn(fixture, fixture.user, known);
      const deleted = await logIn(fixture, fixture.user, password);
      return `${formatReply(reply)}, then logins ${deleted.status} and ${kept.status}`;
    },
  },
  {
    id: 'delete-absent',
    question: 'What is the reply to deleting an absent password?',
    documented: '',
    assumed: always('any: a login decides'),
    accepts: always(/^(200|400|404)/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      await addPassword(fixture, known);
      return formatReply(await deleteAbsent(fixture, known));
    },
  },
  {
    id: 'delete-absent-beside-last',
    question: 'What is the reply if the user has only one password?',
    documented: '',
    assumed: always('any: a login decides'),
    accepts: always(/^(200|400|404)/),
    observe: async (fixture) =>
      formatReply(await deleteAbsent(fixture, await resetPassword(fixture))),
  },
  {
    id: 'delete-last',
    question: 'Does the cluster keep the last password?',
    documented: 'cannot_delete_last_password',
    assumed: always('cannot_delete_last_password'),
    accepts: always(/cannot_delete_last_password, then a login 200$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const reply = await changePasswords(fixture, 'DELETE', { password: known, known });
      const { status } = await logIn(fixture, fixture.user, known);
      return `${formatReply(reply)}, then a login ${status}`;
    },
  },
  {
    id: 'error-text',
    question: "Which key holds an error's text?",
    documented: 'message in the manual, description in the OpenAPI document',
    assumed: always('either: the function does not read it'),
    accepts: always(/^(description|message)$/),
    observe: async (fixture) => {
      const known = await resetPassword(fixture);
      const reply = await changePasswords(fixture, 'DELETE', { password: known, known });
      return reply.textKey ?? 'none';
    },
  },
];
