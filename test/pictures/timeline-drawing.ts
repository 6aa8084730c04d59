import type { Life } from '../demo/timeline.ts';
import { bar, INK, LINE, number, picture, SOFT, text } from './svg.ts';

/** A run, with its moments in seconds. */
export type Run = {
  overlap: number;
  database: string;
  end: number;
  lives: Omit<Life, 'password'>[];
  logins: { at: number; logins: number; refused: number }[];
};

const BIN_SECONDS = 0.5;

const [WIDTH, HEIGHT] = [900, 326];
// On the right is room for the text of the last deletion.
const [LEFT, RIGHT] = [112, 130];
const [ROWS_TOP, ROW, BAR] = [74, 36, 22];
const [BINS_BASE, BINS_HEIGHT] = [270, 40];
const COLORS = { added: '#8250df', current: '#1a7f37', replaced: '#e3b341', rejected: '#cf222e' };
const CLIENTS = '#54aeff';

const seconds = (value: number) => `${value.toFixed(1)} s`;

type Scale = (at: number) => number;

function drawAxis(end: number, x: Scale): string[] {
  const ticks = Array.from({ length: Math.floor(end / 5) + 1 }, (_, index) => index * 5);
  return ticks.map((tick) => {
    const line = `x1="${number(x(tick))}" x2="${number(x(tick))}" y1="62" y2="${BINS_BASE}"`;
    const label = text(x(tick), BINS_BASE + 17, `${tick} s`, `text-anchor="middle" fill="${SOFT}"`);
    return `<line ${line} stroke="${LINE}"/>${label}`;
  });
}

/** Draws a password's bar: added, current, replaced, and then deleted. */
function drawLife(life: Run['lives'][number], index: number, end: number, x: Scale): string {
  const y = ROWS_TOP + index * ROW;
  const { added, current = end, replaced = end, deleted = end } = life;
  const fate = life.deleted === undefined ? '' : `deleted at ${seconds(life.deleted)}`;
  const middle = y + BAR / 2 + 4.5;
  const soft = `fill="${SOFT}"`;
  const inside = (from: number, to: number, label: string, fill: string) =>
    x(to) - x(from) < 90
      ? ''
      : text((x(from) + x(to)) / 2, middle, label, `text-anchor="middle" fill="${fill}"`);
  return [
    text(16, middle, `password ${index + 1}`, `fill="${INK}"`),
    bar(x(added), x(current), y, y + BAR, COLORS.added),
    bar(x(current), x(replaced), y, y + BAR, COLORS.current),
    bar(x(replaced), x(deleted), y, y + BAR, COLORS.replaced),
    inside(current, replaced, 'AWSCURRENT', '#ffffff'),
    inside(replaced, deleted, 'still valid', INK),
    text(x(deleted) + 7, middle, fate, soft),
  ].join('');
}

/** Draws the logins of all clients for each half second, the rejected ones at the bottom. */
function drawLogins({ logins, end }: Run, x: Scale): string {
  const until = (at: number) => logins.filter((one) => one.at <= at).at(-1);
  const bins = Array.from({ length: Math.ceil(end / BIN_SECONDS) }, (_, index) => {
    const [from, to] = [until(index * BIN_SECONDS), until((index + 1) * BIN_SECONDS)];
    const count = (to?.logins ?? 0) - (from?.logins ?? 0);
    return { index, count, refused: (to?.refused ?? 0) - (from?.refused ?? 0) };
  });
  const most = Math.max(...bins.map(({ count }) => count));
  return bins
    .map(({ index, count, refused }) => {
      const [from, to] = [x(index * BIN_SECONDS) + 1, x(Math.min((index + 1) * BIN_SECONDS, end))];
      const [top, middle] = [count, refused].map((n) => BINS_BASE - (n / most) * BINS_HEIGHT);
      const [good, bad] = [
        bar(from, to, top, middle, CLIENTS),
        bar(from, to, middle, BINS_BASE, COLORS.rejected),
      ];
      return refused === 0 ? good : good + bad;
    })
    .join('');
}

function drawLegend(): string {
  const parts: [string, string, number][] = [
    [COLORS.added, 'added, being verified', 16],
    [COLORS.current, 'AWSCURRENT', 180],
    [COLORS.replaced, 'replaced, still valid', 302],
    [CLIENTS, 'logins of 8 clients', 470],
    [COLORS.rejected, 'rejected logins', 624],
  ];
  return parts
    .map(
      ([color, label, left]) =>
        bar(left, left + 12, 303, 315, color) + text(left + 18, 313.5, label, `fill="${SOFT}"`),
    )
    .join('');
}

/** Draws a run as SVG; the metadata of the picture holds the run. */
export function drawRun(run: Run): string {
  const { end, lives, logins, overlap, database } = run;
  const x: Scale = (at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  const { logins: all = 0, refused = 0 } = logins.at(-1) ?? {};
  const verdict = `${all} logins, ${refused} rejected`;
  const title = `${lives.length - 1} rotations while 8 clients keep logging in: ${verdict}`;
  const how = `npm start on ${database}, overlap ${overlap} s: seconds stand for hours`;
  const base = `y1="${BINS_BASE}" y2="${BINS_BASE}"`;
  return picture(WIDTH, HEIGHT, title, [
    `<metadata>${JSON.stringify(run)}</metadata>`,
    text(16, 49, how, `fill="${SOFT}"`),
    ...drawAxis(end, x),
    ...lives.map((life, index) => drawLife(life, index, end, x)),
    text(16, BINS_BASE - 15, 'logins', `fill="${INK}"`),
    drawLogins(run, x),
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" ${base} stroke="${SOFT}"/>`,
    drawLegend(),
  ]);
}
