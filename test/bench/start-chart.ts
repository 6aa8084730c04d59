import { bar, INK, picture, SOFT, text } from '../pictures/svg.ts';
import type { Start } from './cold-start.ts';

const [WIDTH, LEFT, RIGHT] = [760, 200, 80];
const [TOP, ROW, BAR] = [48, 36, 22];
const [DEPLOYED, OTHER] = ['#0969da', '#8c959f'];

/** Draws the median load time of each way to start, as bars. */
export function drawStarts(starts: Start[]): string {
  const shown = starts.filter(({ load }) => load.median > 0);
  const most = Math.max(...shown.map(({ load }) => load.median));
  const rows = shown.map(({ name, load }, index) => {
    const top = TOP + index * ROW;
    const right = LEFT + (load.median / most) * (WIDTH - LEFT - RIGHT);
    const line = top + BAR / 2 + 4.5;
    return [
      text(LEFT - 9, line, name, `text-anchor="end" fill="${INK}"`),
      bar(LEFT, right, top, top + BAR, name.startsWith('as deployed') ? DEPLOYED : OTHER),
      text(right + 7, line, `${Math.round(load.median)} ms`, `fill="${SOFT}"`),
    ].join('');
  });
  const height = TOP + shown.length * ROW;
  return picture(WIDTH, height, 'From an empty process to a function that is ready', rows);
}
