import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Tally } from './clients.ts';

/** The moments of a password, in seconds since the start; undefined if not reached. */
export type Life = {
  password: string;
  added: number;
  current: number | undefined;
  replaced: number | undefined;
  deleted: number | undefined;
};

/** How many logins there were until a moment, and how many of them the database rejected. */
export type Logins = { at: number; logins: number; rejected: number };

/** The passwords of a user, in the order in which they were added, and the clients' logins. */
export type Timeline = { lives: Life[]; logins: Logins[]; seconds: () => number };

export function startTimeline(): Timeline {
  const started = performance.now();
  return { lives: [], logins: [], seconds: () => (performance.now() - started) / 1_000 };
}

/** Records which passwords a change has added and deleted, and returns the deleted ones. */
export function notePasswords(
  { lives, seconds }: Timeline,
  user: Pick<ClusterUser, 'passwords'>,
): Life[] {
  const at = seconds();
  for (const password of user.passwords) {
    if (lives.some((life) => life.password === password)) continue;
    lives.push({
      password,
      added: at,
      current: undefined,
      replaced: undefined,
      deleted: undefined,
    });
  }
  const gone = lives.filter(
    ({ password, deleted }) => deleted === undefined && !user.passwords.includes(password),
  );
  for (const life of gone) life.deleted = at;
  return gone;
}

/** Records what the clients have counted until now. */
export function noteLogins(timeline: Timeline, { logins, rejected }: Tally): void {
  timeline.logins.push({ at: timeline.seconds(), logins, rejected });
}

/** Records which password is AWSCURRENT from now on. */
export function noteCurrent({ lives, seconds }: Timeline, password: string): void {
  const at = seconds();
  for (const life of lives) {
    if (life.password === password) life.current ??= at;
    else if (life.current !== undefined) life.replaced ??= at;
  }
}

/** Returns, for example, `password 2`. */
export function nameOf({ lives }: Timeline, password: string): string {
  const index = lives.findIndex((life) => life.password === password);
  return `password ${(index === -1 ? lives.length : index) + 1}`;
}

const NAME_COLUMNS = 12;
const CHART_COLUMNS = 48;
const TICK_SECONDS = 5;

/** Draws a row for each password, 80 columns wide: when it was valid, current and deleted. */
export function drawTimeline({ lives, seconds }: Timeline): string[] {
  const end = seconds();
  const rows = lives.map((life, index) => {
    const moments = Array.from({ length: CHART_COLUMNS }, (_, column) =>
      cell(life, (column / CHART_COLUMNS) * end),
    );
    const fate = life.deleted === undefined ? 'valid' : `deleted at ${life.deleted.toFixed(1)} s`;
    return `${`password ${index + 1}`.padEnd(NAME_COLUMNS)}${moments.join('')} ${fate}`;
  });
  return [axis(end), ...rows, '', '░ added   █ AWSCURRENT   ▒ replaced, still valid'];
}

function cell({ added, current, replaced, deleted }: Life, at: number): string {
  if (at < added || (deleted !== undefined && at >= deleted)) return ' ';
  if (current === undefined || at < current) return '░';
  return replaced !== undefined && at >= replaced ? '▒' : '█';
}

function axis(end: number): string {
  let text = '';
  for (let tick = 0; tick < end; tick += TICK_SECONDS) {
    const column = NAME_COLUMNS + Math.round((tick / end) * CHART_COLUMNS);
    text = `${text.padEnd(column)}${tick} s`;
  }
  return text;
}
