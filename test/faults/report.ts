import { tableOf } from '../bench/document.ts';

/** A line of the report: how often a fault happened, and each promise that it broke. */
export type Line = { what: string; runs: number; more?: string; broken: string[] };

const HEADS = ['fault', 'times', 'broken'];

/** The groups of README: how their lines start, and what happened. */
const GROUPS = [
  ['one call', 'one outside call of an operation fails, in nine ways'],
  ['SIGKILL', 'the process is killed at a random time'],
  ['logins', 'clients log in with a cached password while rotations fail'],
  ['random histories', 'operations, failures and manual changes in a random order'],
  ['rubbish', 'an event, secret, setting, certificate or reply is invalid'],
] as const;

/** Returns the page about faults with a line for each fault. */
export function page(lines: Line[]): string {
  return `${TEXT}\n${table(lines)}\n`;
}

/** Returns the table with a line for each fault. */
export function table(lines: Line[]): string {
  const rows = lines.map(({ what, runs, more, broken }) => {
    return [more === undefined ? what : `${what}: ${more}`, runs, broken.length];
  });
  return tableOf(HEADS, rows);
}

/** Returns the table of README with a line for each group. */
export function summary(lines: Line[]): string {
  const rows = GROUPS.map(([start, what]) => {
    const group = lines.filter((line) => line.what.startsWith(start));
    const runs = group.reduce((sum, line) => sum + line.runs, 0);
    return [what, runs, group.flatMap(({ broken }) => broken).length];
  });
  return tableOf(HEADS, rows);
}

const TEXT = `# Faults

\`npm run faults\` writes this table. After every run it compares passwords, labels and logins
on the servers with the promises in \`test/support/promises/\`. "Broken" counts the promises
that did not hold. One promise: no log line, error, header or URL contains a password or
token.

- **One call.** Each flow of \`test/faults/flows.ts\` runs once for each of its calls to a
  server, and that call fails. The flow then continues in three ways: with the same token,
  with a new token, and with a reconcile in between.
- **Random histories.** Rotations, replaceAll, rollBack, reconcile, kills, outages and manual
  changes run in a random order.
- **Rubbish.** The function gets invalid input of one kind. It must end in time with one known
  error, and change nothing.
- **Logins.** Clients that cache the secret log in while rotations fail and are retried. No
  login may be rejected.
- **SIGKILL.** The process is killed at a random time during an operation.
`;
