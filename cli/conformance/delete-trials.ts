import { add, change, logIn, reset } from './changes.ts';
import { newPassword } from './password.ts';
import { show } from './rest.ts';
import { always, type Trial } from './trial.ts';

/** What deleting from a user's list does. */
export const DELETE_TRIALS: Trial[] = [
  {
    id: 'delete',
    question: 'Does a deleted password cease to work, and no other?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] and 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await add(bench, known);
      const answer = await change(bench, 'DELETE', { password, known });
      // The right one first: the wrong one may be the one that locks the user.
      const kept = await logIn(bench, bench.user, known);
      const gone = await logIn(bench, bench.user, password);
      return `${show(answer)}, then logins ${gone.status} and ${kept.status}`;
    },
  },
  {
    id: 'delete-absent',
    question: 'What does deleting a password answer that is not there?',
    documented: '',
    assumed: always('anything: a login settles it'),
    accepts: always(/^(200|400|404)/),
    observe: async (bench) => {
      const known = await reset(bench);
      await add(bench, known);
      return show(await change(bench, 'DELETE', { password: newPassword(bench.cluster), known }));
    },
  },
  {
    id: 'delete-absent-beside-last',
    question: 'And where the user has one password only?',
    documented: '',
    assumed: always('anything: a login settles it'),
    accepts: always(/^(200|400|404)/),
    observe: async (bench) => {
      const known = await reset(bench);
      return show(await change(bench, 'DELETE', { password: newPassword(bench.cluster), known }));
    },
  },
  {
    id: 'delete-last',
    question: 'Is the last password protected?',
    documented: 'cannot_delete_last_password',
    assumed: always('cannot_delete_last_password'),
    accepts: always(/cannot_delete_last_password, then a login 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const answer = await change(bench, 'DELETE', { password: known, known });
      const { status } = await logIn(bench, bench.user, known);
      return `${show(answer)}, then a login ${status}`;
    },
  },
  {
    id: 'error-text',
    question: "Under which key does an error's text stand?",
    documented: 'message in the pages, description in the OpenAPI document',
    assumed: always('either: it is not read'),
    accepts: always(/^(description|message)$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const answer = await change(bench, 'DELETE', { password: known, known });
      return answer.textKey ?? 'none';
    },
  },
];
