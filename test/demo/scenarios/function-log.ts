import type { Scenario } from '../../support/scenario.ts';

/** Formats the function's log of an invocation: one line for each change on AWS or the cluster. */
export function loggedChanges({ lines }: Scenario, since: number): string[] {
  const entries = lines.slice(since).map((line) => JSON.parse(line) as Record<string, unknown>);
  return entries
    .filter(({ ms }) => ms !== undefined)
    .map((entry) => {
      const { message, outcome, versionId, cluster, label } = entry;
      const what = String(label ?? cluster ?? '').replace(/-[0-9a-f-]{32,}$/, '');
      const which = versionId === undefined ? '' : ` (version ${String(versionId).slice(0, 8)})`;
      return `${String(message).padEnd(20)}${what.padEnd(20)}${outcome}${moveOf(entry)}${which}`;
    });
}

/** Names what a change of a label does; the log has the versions that get it and that lose it. */
function moveOf({ to, from }: Record<string, unknown>): string {
  if (to === undefined) return from === undefined ? '' : ': removed';
  return from === undefined ? ': set' : ': moved';
}

/** Formats the labels of each version that has one. */
export function labelledVersions(versions: string[][]): string[] {
  return versions
    .filter(({ length }) => length > 0)
    .map((names) => `  a version with ${names.join(', ')}`);
}
