import type { Bench } from './bench.ts';
import { add, change, logIn, pause, reset } from './changes.ts';
import { newPassword } from './password.ts';
import { show } from './rest.ts';
import { itemsOf, read } from './target.ts';
import { always, NotTried, onlyAdmin, type Trial } from './trial.ts';

// More than a secret's labels have room for.
const PASSWORDS = 10;

// A date of the API says seconds: after this long another one is shown.
const ISSUE_DATE_WAIT_MS = 1_100;

async function issueDate(bench: Bench): Promise<string> {
  const users = itemsOf(await read(bench, '/v1/users'));
  const date = users.find(({ uid }) => uid === bench.user.uid)?.password_issue_date;
  if (typeof date === 'string') return date;
  throw new NotTried('the cluster shows no password_issue_date');
}

/** What adding to a user's list does, and replacing it. */
export const ADD_TRIALS: Trial[] = [
  {
    id: 'old-password',
    question: 'Does adding need a password that is known?',
    documented: 'generation A needs old_password, later ones ignore it',
    assumed: ({ generation }) => (generation === 'legacy' ? '400' : '200'),
    accepts: ({ generation }) => (generation === 'legacy' ? /^400/ : /^200/),
    observe: async (bench) => {
      const known = await reset(bench);
      const without = {
        ...bench,
        generation: bench.generation === 'legacy' ? 'current' : bench.generation,
      };
      return show(await change(without, 'POST', { password: newPassword(bench.cluster), known }));
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
      const password = newPassword(bench.cluster);
      const answer = await change(bench, 'POST', { password, known });
      const old = await logIn(bench, bench.user, known);
      const added = await logIn(bench, bench.user, password);
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
    id: 'replace',
    question: 'Does replacing end every other password?',
    documented: 'yes',
    assumed: always('yes'),
    accepts: always(/^200, then logins 40[13] and 200$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const password = newPassword(bench.cluster);
      const answer = await change(bench, 'PUT', { password, known });
      // The right one first: the wrong one may be the one that locks the user.
      const only = await logIn(bench, bench.user, password);
      const old = await logIn(bench, bench.user, known);
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
        const answer = await change(bench, 'POST', { password: newPassword(bench.cluster), known });
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
      const { json } = await change(bench, 'POST', { password: newPassword(bench.cluster), known });
      return 'action_uid' in Object(json ?? {}) ? 'yes' : 'no';
    },
  },
  {
    id: 'add-renews',
    question: 'Does adding a password end an expiry (password_issue_date)?',
    documented: 'setting a new password does',
    assumed: always('either: preflight tells of expired users'),
    accepts: always(/^(yes|no)$/),
    observe: async (bench) => {
      const known = await reset(bench);
      const before = await issueDate(bench);
      await pause(bench, ISSUE_DATE_WAIT_MS);
      await add(bench, known);
      return (await issueDate(bench)) === before ? 'no' : 'yes';
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
      const { manager } = bench;
      if (manager === undefined) throw new NotTried('the cluster has no role user_manager');
      const known = await reset(bench);
      const login = { name: manager.name, password: await reset(bench, manager) };
      const body = {
        username: bench.user.name,
        new_password: newPassword(bench.cluster),
        old_password: known,
      };
      return show(await bench.rest(login, 'POST', '/v1/users/password', body));
    },
  },
];
