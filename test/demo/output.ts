import type { Terminal } from '../../cli/terminal.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { StepReport } from '../sandbox/rotation-driver.ts';
import type { World } from '../sandbox/world.ts';
import type { Tally } from './clients.ts';
import type { Rotations, Summary } from './rotations.ts';
import type { Timeline } from './timeline.ts';

/** Prints what the demonstration will show. */
export function introduce(
  world: World,
  { overlap, isDefaultUser }: Rotations,
  cacheMs: number,
  terminal: Terminal,
): void {
  const cache = cacheMs / 1_000;
  const whose = isDefaultUser ? "a database's default user" : 'a Redis Enterprise user';
  terminal.line(terminal.paint('bold', `Rotating the password of ${whose}`));
  terminal.line(`database  ${world.database.kind}, over TLS`);
  terminal.line(`overlap   a replaced password stays valid for ${overlap} s, in place of hours`);
  terminal.line(
    `clients   8 open new connections, each with its secret cached for up to ${cache} s;`,
  );
  terminal.line('          the connection of 1 stays open');
  terminal.line();
}

/** Prints a line for a step that has ended. */
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
    testSecret: `${after} verified by a login to the database`,
    finishSecret:
      overlap === 0
        ? `${after} is AWSCURRENT`
        : `${after} is AWSCURRENT, ${before} expires in ${overlap} s`,
  };
  const effect = error === undefined ? effects[Step] : terminal.paint('red', error.message);
  const took = ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
  showEvent(terminal, timeline, Step, `${effect} ${terminal.paint('dim', took)}`);
}

/** Prints a line: when, what and the effect. */
export function showEvent(
  terminal: Terminal,
  timeline: Timeline,
  what: string,
  effect: string,
): void {
  terminal.line(`${terminal.paint('dim', now(timeline))}  ${what.padEnd(13)}${effect}`);
}

/** Returns the status line, which the terminal redraws below all others. */
export function statusLine(
  timeline: Timeline,
  { logins, rejected, pings }: Tally,
  { passwords }: ClusterUser,
  { paint }: Terminal,
): string {
  const bad = paint(rejected === 0 ? 'green' : 'red', `rejected ${rejected}`);
  const valid = `valid passwords ${passwords.length}`;
  return `${paint('dim', now(timeline))}  logins ${logins}  ${bad}  ${valid}  pings ${pings}`;
}

/** Prints the summary, and explains rejected logins. */
export function showSummary(
  { rotations, logins, rejected, validPasswords }: Summary,
  { overlap }: Rotations,
  { line }: Terminal,
): void {
  line();
  line(
    `rotations: ${rotations}, logins: ${logins}, rejected: ${rejected}, ` +
      `valid passwords: ${validPasswords}`,
  );
  if (rejected === 0) return;
  line();
  line(`The database rejected ${rejected} logins: clients still had a deleted password.`);
  if (overlap > 0) return;
  line('Without an overlap, the rotation itself deletes the replaced password. With an');
  line('overlap of twice the time for which clients cache the secret, the database');
  line('rejects no login: run npm start to see it.');
}

function now(timeline: Timeline): string {
  return `${timeline.seconds().toFixed(1).padStart(5)} s`;
}
