import { formatReply, type Reply } from '../cluster/api.ts';
import { passwordEndingInDigit, repeatingPassword } from '../cluster/password.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { changePasswords, resetPassword } from '../fixture/passwords.ts';
import { always, type Trial } from './trial.ts';

const isOn = ({ cluster }: Fixture) => cluster.password_complexity === true;
const noRules = (fixture: Fixture) => (isOn(fixture) ? undefined : 'password_complexity is off');

async function tryToAdd(fixture: Fixture, password: string): Promise<Reply> {
  const known = await resetPassword(fixture);
  return changePasswords(fixture, 'POST', { password, known });
}

/** Chooses an answer by whether the rules allow a password. */
function interpret(reply: Reply, answers: { valid: string; invalid: string }): string {
  if (reply.status === 200) return answers.valid;
  return reply.errorCode === 'password_not_complex' ? answers.invalid : formatReply(reply);
}

/** Which passwords the rules allow. */
export const PASSWORD_RULE_TRIALS: Trial[] = [
  {
    id: 'rules',
    question: 'Is a short password invalid?',
    documented: 'if password_complexity is on',
    assumed: (fixture) => (isOn(fixture) ? 'yes' : 'no'),
    accepts: (fixture) => (isOn(fixture) ? /password_not_complex/ : /^200/),
    observe: async (fixture) => formatReply(await tryToAdd(fixture, 'a-B1')),
  },
  {
    id: 'repeating',
    question: 'Do repeated characters count in a row, or in all?',
    documented: 'no more than three repeating characters',
    assumed: always('either: passwords satisfy both'),
    accepts: always(/^in (a row|all)$/),
    obstacle: noRules,
    observe: async (fixture) => {
      const reply = await tryToAdd(fixture, repeatingPassword(fixture.cluster));
      return interpret(reply, { valid: 'in a row', invalid: 'in all' });
    },
  },
  {
    id: 'ends',
    question: 'May a digit be the last character?',
    documented: 'since 6.2.12',
    assumed: always('either: passwords begin and end with a letter'),
    accepts: always(/^(yes|no)$/),
    obstacle: noRules,
    observe: async (fixture) => {
      const reply = await tryToAdd(fixture, passwordEndingInDigit(fixture.cluster));
      return interpret(reply, { valid: 'yes', invalid: 'no' });
    },
  },
];
