import { readFileSync, writeFileSync } from 'node:fs';
import { NO_TERMINAL } from '../../cli/terminal.ts';
import { OVERLAP_DEFAULT_SECONDS } from '../demo/options.ts';
import { demonstrate } from '../demo/rotations.ts';
import { drawRun, type Run } from './timeline-drawing.ts';

// Draws docs/timeline.svg from a run of what `npm start` shows. With --redraw it draws the run of
// the existing picture again: use it after a change of the drawing.
const PICTURE = 'docs/timeline.svg';

function readRun(picture: string): Run {
  const [, json = ''] = /<metadata>(.*)<\/metadata>/.exec(picture) ?? [];
  return JSON.parse(json) as Run;
}

/** Runs the demonstration, which takes half a minute. */
async function recordRun(): Promise<Run> {
  const options = { overlap: OVERLAP_DEFAULT_SECONDS, database: undefined };
  const { summary, timeline } = await demonstrate(options, NO_TERMINAL);
  const rounded = (at: number | undefined) => at && Math.round(at * 100) / 100;
  return {
    overlap: options.overlap,
    database: summary.database,
    end: rounded(timeline.seconds()) ?? 0,
    lives: timeline.lives.map(({ added, current, replaced, deleted }) => ({
      added: rounded(added) ?? 0,
      current: rounded(current),
      replaced: rounded(replaced),
      deleted: rounded(deleted),
    })),
    logins: timeline.logins.map(({ at, logins, rejected }) => ({
      at: rounded(at) ?? 0,
      logins,
      refused: rejected,
    })),
  };
}

const isRedraw = process.argv.includes('--redraw');
const run = isRedraw ? readRun(readFileSync(PICTURE, 'utf8')) : await recordRun();
writeFileSync(PICTURE, drawRun(run));
