import type { Terminal } from '../../cli/terminal.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { StepReport } from '../sandbox/rotation-driver.ts';
import type { World } from '../sandbox/world.ts';
import type { Tally } from './clients.ts';
import type { Options } from './rotations.ts';
import type { Timeline } from './timeline.ts';

/** What is about to be seen. */
export function introduce(
  world: World,
  { overlap }: Options,
  cacheMs: number,
  terminal: Terminal,
): void {
  const cache = cacheMs / 1_000;
  terminal.line(terminal.paint('bold', 'Rotating the password of a Redis Enterprise user'));
  terminal.line(`database  ${world.database.kind}, over TLS`);
  terminal.line(
    `overlap   ${overlap} s for which a replaced password works; seconds stand for hours`,
  );
  terminal.line(
    `clients   8 that open new connections, each with its secret cached up to ${cache} s,`,
  );
  terminal.line('          and 1 whose connection stays open');
  terminal.line();
}

/** A line for a step that has ended. */
export function showStep(
  { Step, ms, error }: StepReport,
  rotation: number,
  overlap: number,
  timeline: Timeline,
  terminal: Terminal,
): void {
  const [before, after] = [`password ${rotation}`, `password ${rotation + 1}`];
  const effects = {
    createSecret: `${after} written as AWSPENDING, not added yet`,
    setSecret: `${after} added on the cluster beside ${before}`,
    testSecret: `${after} proved by a login to the database`,
    finishSecret:
      overlap === 0
        ? `${after} is AWSCURRENT`
        : `${after} is AWSCURRENT, ${before} ends in ${overlap} s`,
  };
  const effect = error === undefined ? effects[Step] : terminal.paint('red', error.message);
  say(terminal, timeline, Step, `${effect} ${terminal.paint('dim', `${ms.toFixed(0)} ms`)}`);
}

/** A line: when, what, and what came of it. */
export function say(terminal: Terminal, timeline: Timeline, what: string, effect: string): void {
  const at = `${timeline.seconds().toFixed(1).padStart(5)} s`;
  terminal.line(`${terminal.paint('dim', at)}  ${what.padEnd(13)}${effect}`);
}

/** The line below all others, which is redrawn. */
export function statusLine(
  timeline: Timeline,
  { logins, refused, pings }: Tally,
  { passwords }: ClusterUser,
  { paint }: Terminal,
): string {
  const at = `${timeline.seconds().toFixed(1).padStart(5)} s`;
  const bad = paint(refused === 0 ? 'green' : 'red', `refused ${refused}`);
  const live = `live passwords ${passwords.length}`;
  return `${paint('dim', at)}  logins ${logins}  ${bad}  ${live}  pings on the open one ${pings}`;
}
