import { formatDuration } from '../duration.ts';
import { COLUMNS, plainText, type Terminal, wrap, wrapHint } from '../terminal.ts';
import type { SecretStatus, ValidVersion } from './secret-status.ts';

type Paint = Terminal['paint'];

const LEVEL_COLUMNS = 6;
// The cells after the level; the last one takes the 12 columns that are left.
const CELLS = { secret: 24, user: 13, age: 8, rotated: 8, next: 9 } as const;
const HEADS = ['SECRET', 'USER', 'AGE', 'ROTATED', 'NEXT', 'MAY BE VALID'];
const BEFORE_LAST_COLUMNS = Object.values(CELLS).reduce((sum, columns) => sum + columns, 0);
const INDENT = ' '.repeat(LEVEL_COLUMNS);
const DETAIL_COLUMNS = COLUMNS - LEVEL_COLUMNS;

// Yellow is hard to read on a light background.
const STYLES = { fail: 'red', warn: 'magenta', ok: 'green' } as const;
const NONE = '-';

/** Draws a table of 80 columns: a row for each secret, and what is wrong below it. */
export function drawTable(secrets: SecretStatus[], now: number, paint: Paint): string[] {
  const head = paint('bold', `${INDENT}${drawCells(HEADS)}`);
  return [head, ...secrets.flatMap((secret) => drawSecret(secret, now, paint))];
}

function drawSecret(secret: SecretStatus, now: number, paint: Paint): string[] {
  const { level, problems } = secret;
  const name = plainText(secret.name);
  const isLong = name.length >= CELLS.secret;
  const [valid = NONE, ...moreValid] = secret.alsoValid.map((one) => timeLeft(one, now));
  const cells = [isLong ? '' : name, userOf(secret), ageOf(secret, now)];
  const row = drawCells([...cells, rotatedOf(secret, now), nextOf(secret, now), valid]);
  const [first = '', ...rest] = [...(isLong ? wrap(name, DETAIL_COLUMNS) : []), row];
  return [
    paint(STYLES[level], level) + ' '.repeat(LEVEL_COLUMNS - level.length) + first,
    ...rest.map((line) => INDENT + line),
    ...moreValid.map((line) => ' '.repeat(LEVEL_COLUMNS + BEFORE_LAST_COLUMNS) + line),
    ...problems.flatMap(drawDetail),
  ];
}

function drawCells(texts: string[]): string {
  const columns = Object.values(CELLS);
  return texts
    .map((text, index) => {
      const room = columns[index];
      return room === undefined ? text : shorten(text, room - 1).padEnd(room);
    })
    .join('')
    .trimEnd();
}

function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

function drawDetail({ what, hint }: { what: string; hint: string }): string[] {
  const help = hint === '' ? [] : wrapHint(`→ ${plainText(hint)}`, DETAIL_COLUMNS);
  return [...wrap(plainText(what), DETAIL_COLUMNS), ...help].map((line) => INDENT + line);
}

const userOf = ({ user }: SecretStatus) => (user === undefined ? NONE : plainText(user));

/** Returns the age of the password; `≥` if it may be older than its version. */
function ageOf({ password }: SecretStatus, now: number): string {
  if (password === undefined) return NONE;
  return `${password.isAtLeast ? '≥' : ''}${formatDuration(now - password.createdAt)}`;
}

const rotatedOf = ({ rotatedAt }: SecretStatus, now: number) =>
  rotatedAt === undefined ? 'never' : formatDuration(now - rotatedAt);

function nextOf({ rotationEnabled, nextRotationAt }: SecretStatus, now: number): string {
  if (!rotationEnabled) return 'off';
  if (nextRotationAt === undefined) return NONE;
  return nextRotationAt < now ? 'late' : formatDuration(nextRotationAt - now);
}

function timeLeft({ isPending, expiresAt }: ValidVersion, now: number): string {
  if (isPending) return 'new';
  if (expiresAt === undefined) return 'no expiry';
  return expiresAt <= now ? 'expired' : formatDuration(expiresAt - now);
}
