import { newPassword } from './bench.ts';
import { add, change, logIn, reset } from './changes.ts';
import { show } from './rest.ts';
import { always, onlyAdmin, type Trial } from './trial.ts';

// More than a secret's labels have room for.
const PASSWORDS = 10;

/** What the password API does with a user's list. */
export const PASSWORD_TRIALS: Trial[] = [
  {
    id: 'version',
    question: 'Which version does every node run?',
    documented: '6.0.12 to 7.4 are A; 7.8.2-34 to 7.8.6-95, 7.22.0-95 B; later C',
    assumed: ({ generation }) => `generation ${generation ?? 'unknown'} of the password API`,
    accepts: always(/^\d/),
    observe: async ({ versions }) => [...new Set(versions)].join(', '),
  },
  {
    id: 'whose-password',
    question: 'Whose password does a user change that names another?',
    documented: 'refused with 403; generation B: its own (bug RS161290)',
    assumed: ({ generation }) => (generation === 'B' ? 'its own' : 'refused'),
    accepts: ({ generation }) => (generation === 'B' ? /^its own/ : /^refused: 403/),
    observe: async (bench) => {
      const known = await reset(bench, bench.other);
      const password = newPassword();
      const body = { username: bench.user.name, new_password: password, old_password: known };
      const login = { name: bench.other.name, password: known };
      const answer = await bench.rest(login, 'POST', '/v1/users/password', body);
      const { status } = await logIn(bench, bench.other, password);
      return status === 200 ? 'its own' : `refused: ${show(answer)}`;
    },
  },
  {
    id: 'old-password',
    question: 'Does adding need a password that is known?',
    documented: 'generation A needs old_password, later ones ignore it',
    assumed: ({ generation }) => (generation === 'A' ? '400' : '200'),
    accepts: ({ generation }) => (generation === 'A' ? /^400/ : /^200/),
    observe: async (bench) => {
      const known = await reset(bench);
      const without = { ...bench, generation: bench.generation === 'A' ? 'C' : bench.generation };
      return show(await change(without, 'POST', { password: newPassword(), known }));
    },
  },
  {
    id: 'add',
    question: 'Do both passwords work after one was added?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 200 and 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = newPassword();
      const answer = await change(bench, 'POST', { password, known });
      const [old, added] = [
        await logIn(bench, bench.user, known),
        await logIn(bench, bench.user, password),
      ];
      return `${show(answer)}, then logins ${old.status} and ${added.status}`;
    },
  },
  {
    id: 'add-present',
    question: 'What does adding a password answer that is there?',
    documented: 'new_password_same_as_current; 8.0.16 and later may not',
    assumed: always('200, or new_password_same_as_current'),
    accepts: always(/^200$|new_password_same_as_current/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await add(bench, known);
      return show(await change(bench, 'POST', { password, known }));
    },
  },
  {
    id: 'delete',
    question: 'Does a deleted password cease to work, and no other?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] .*and 200$|^200, then logins 40[13] and 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await add(bench, known);
      const answer = await change(bench, 'DELETE', { password, known });
      const [gone, kept] = [
        await logIn(bench, bench.user, password),
        await logIn(bench, bench.user, known),
      ];
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
      return show(await change(bench, 'DELETE', { password: newPassword(), known }));
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
      return show(await change(bench, 'DELETE', { password: newPassword(), known }));
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
    id: 'replace',
    question: 'Does replacing end every other password?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] and 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = newPassword();
      const answer = await change(bench, 'PUT', { password, known });
      const [old, only] = [
        await logIn(bench, bench.user, known),
        await logIn(bench, bench.user, password),
      ];
      return `${show(answer)}, then logins ${old.status} and ${only.status}`;
    },
  },
  {
    id: 'replace-present',
    question: 'What does replacing answer by a password that is there?',
    documented: 'new_password_same_as_current; 8.0.16 and later may not',
    assumed: always('200, or new_password_same_as_current'),
    accepts: always(/^200$|new_password_same_as_current/),
    observe: async (bench) => {
      const known = await reset(bench);
      return show(await change(bench, 'PUT', { password: known, known }));
    },
  },
  {
    id: 'how-many',
    question: 'How many passwords may a user have?',
    documented: '',
    assumed: always('two at least; more where rotations overlap'),
    accepts: always(/^([2-9]|\d\d)/),
    observe: async (bench) => {
      const known = await reset(bench);
      for (let count = 1; count < PASSWORDS; count += 1) {
        const answer = await change(bench, 'POST', { password: newPassword(), known });
        if (answer.status !== 200) return `${count}, then ${show(answer)}`;
      }
      return `${PASSWORDS} or more`;
    },
  },
  {
    id: 'action-uid',
    question: 'Does a change answer before it is done, with an action_uid?',
    documented: '',
    assumed: always('either: the proof waits'),
    accepts: always(/^(yes|no)$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const { json } = await change(bench, 'POST', { password: newPassword(), known });
      return 'action_uid' in Object(json ?? {}) ? 'yes' : 'no';
    },
  },
  {
    id: 'error-text',
    question: "Under which key does an error's text stand?",
    documented: 'message in the pages, description in the OpenAPI document',
    assumed: always('either: it is not read'),
    accepts: always(/./),
    observe: async (bench) => {
      const known = await reset(bench);
      const answer = await change(bench, 'DELETE', { password: known, known });
      return answer.textKey ?? 'none';
    },
  },
  {
    id: 'user-manager',
    question: 'May a user_manager change the passwords of others?',
    documented: 'only an admin may',
    assumed: always('either: admin mode asks for an admin'),
    accepts: always(/^(200|403)/),
    unfit: onlyAdmin,
    observe: async (bench) => {
      const known = await reset(bench);
      const password = await reset(bench, bench.manager);
      const manager = { name: bench.manager.name, password };
      const body = { username: bench.user.name, new_password: newPassword(), old_password: known };
      return show(await bench.rest(manager, 'POST', '/v1/users/password', body));
    },
  },
];
