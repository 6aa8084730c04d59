import type { Bench } from './bench.ts';
import { change, reset } from './changes.ts';
import { passwordEndingInDigit, repeatingPassword } from './password.ts';
import { type Answer, show } from './rest.ts';
import { always, type Trial } from './trial.ts';

const isOn = ({ cluster }: Bench) => cluster.password_complexity === true;
const noRules = (bench: Bench) => (isOn(bench) ? undefined : 'password_complexity is off');

/** Adds a password of some shape: whether the rules refuse it. */
async function offer(bench: Bench, password: string): Promise<Answer> {
  const known = await reset(bench);
  return change(bench, 'POST', { password, known });
}

/** What it means that a password is taken, or that the rules refuse it. */
function judge(answer: Answer, [taken, refused]: [taken: string, refused: string]): string {
  if (answer.status === 200) return taken;
  return answer.errorCode === 'password_not_complex' ? refused : show(answer);
}

/** What the rules for passwords are. */
export const RULE_TRIALS: Trial[] = [
  {
    id: 'rules',
    question: 'Does the cluster refuse a short password?',
    documented: 'where password_complexity is on',
    assumed: (bench) => (isOn(bench) ? 'yes' : 'no'),
    accepts: (bench) => (isOn(bench) ? /password_not_complex/ : /^200/),
    observe: async (bench) => show(await offer(bench, 'a-B1')),
  },
  {
    id: 'repeating',
    question: 'Do repeated characters count in a row, or in all?',
    documented: 'no more than three repeating characters',
    assumed: always('either: both are kept'),
    accepts: always(/^in (a row|all)$/),
    unfit: noRules,
    observe: async (bench) => {
      const answer = await offer(bench, repeatingPassword(bench.cluster));
      return judge(answer, ['in a row', 'in all']);
    },
  },
  {
    id: 'ends',
    question: 'May a digit be the last character?',
    documented: 'since 6.2.12',
    assumed: always('either: letters stand at both ends'),
    accepts: always(/^(yes|no)$/),
    unfit: noRules,
    observe: async (bench) => {
      const answer = await offer(bench, passwordEndingInDigit(bench.cluster));
      return judge(answer, ['yes', 'no']);
    },
  },
];
