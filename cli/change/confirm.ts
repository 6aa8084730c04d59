import { usernameIn } from '../../lambda/secret/user.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import { Failure } from '../failure.ts';
import { askLine } from '../prompt.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, wrap } from '../terminal.ts';

/**
 * Shows what will happen, with lists below an effect. Returns the username: from `--yes`, or typed
 * on a terminal.
 * @throws Failure if it is not that of the user tag. Without the tag, only the function checks it.
 */
export async function confirmUser(
  session: Session,
  { user, name }: FoundSecret,
  effects: (string | string[])[],
): Promise<string> {
  const who = user === undefined ? 'a user that no tag names' : `user ${user}`;
  const lines = [`Secret ${name} of ${who}:`, ...effects].flatMap((text, index) =>
    typeof text === 'string'
      ? drawItem(index === 0 ? '' : '- ', text)
      : text.flatMap((item) => drawItem('  - ', item)),
  );
  const { yes } = session.values;
  if (yes === undefined && !(process.stdin.isTTY && process.stderr.isTTY)) throw notAsked();
  for (const line of lines) process.stderr.write(`${line}\n`);
  const question = { text: 'Type the user of the secret to confirm: ', signal: session.signal };
  const typed = yes ?? (await askLine(question));
  // The tag of a default user also names its database; the function compares the username.
  if (typed !== '' && typed === (user ?? typed)) return usernameIn(typed);
  const message = 'that is not the user of the secret; nothing was changed';
  const hint = user
    ? `to change this secret, type its user: ${user}`
    : 'type the username in the secret';
  throw new Failure(2, 'not_confirmed', message, hint);
}

/** Draws a text after a mark, with further lines below the text. */
function drawItem(mark: string, text: string): string[] {
  return wrap(plainText(text), COLUMNS - mark.length).map(
    (line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line,
  );
}

function notAsked(): Failure {
  const message = 'this command asks for the username, and this is no terminal';
  return new Failure(2, 'not_confirmed', message, 'add --yes with the username');
}
