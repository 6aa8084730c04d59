import { setTimeout } from 'node:timers/promises';
import { type Clients, openClients } from '../aws/clients.ts';
import { explain } from '../aws/explain.ts';
import { UsageError } from '../failure.ts';
import type { Session } from '../session.ts';
import { COLUMNS, plainText, wrap } from '../terminal.ts';
import { statusJson } from './json.ts';
import { readStatuses, type Statuses } from './read-statuses.ts';
import { drawSummary, totals } from './summary.ts';
import { drawTable } from './table.ts';

// The help of --watch names this number.
const WATCH_INTERVAL_MS = 10_000;

/** Shows the secrets. Returns 1 if one of them needs attention, 2 if that is not known. */
export async function run(session: Session): Promise<number> {
  const { values, terminal } = session;
  if (values.watch && values.json) throw new UsageError('give --watch or --json, not both');
  const clients = openClients(session);
  const statuses = await readStatuses(session, clients);
  if (values.watch) return watch(statuses, session, clients);
  const lines = values.json ? [statusJson(statuses)] : draw(statuses, session);
  for (const line of lines) terminal.line(line);
  if (statuses.secrets.some(({ level }) => level === 'fail')) return 1;
  return statuses.isLogMissing ? 2 : 0;
}

function draw(statuses: Statuses, { values, terminal: { paint } }: Session): string[] {
  const { secrets } = statuses;
  const table = secrets.length === 0 ? [] : [...drawTable(secrets, Date.now(), paint), ''];
  return [...table, ...drawSummary(statuses, values, paint)];
}

/** Shows the secrets again and again. A later read that fails leaves the last ones visible. */
async function watch(first: Statuses, session: Session, clients: Clients): Promise<number> {
  const { terminal, signal } = session;
  let shown = first;
  let state = updatedNow();
  while (!signal.aborted) {
    // The totals are first: a small window cuts the end off.
    const head = wrap(`${totals(shown)} ${plainText(state)}`, COLUMNS);
    terminal.redraw([...head, '', ...draw(shown, session)]);
    try {
      await setTimeout(WATCH_INTERVAL_MS, undefined, { signal });
      shown = await readStatuses(session, clients);
      state = updatedNow();
    } catch (error) {
      if (!signal.aborted) state = `not updated: ${explain(error).message}`;
    }
  }
  return 0;
}

function updatedNow(): string {
  const time = new Date().toISOString().slice(11, 19);
  return `${time} UTC, every ${WATCH_INTERVAL_MS / 1_000} s. Ctrl-C ends.`;
}
