import type { Scenario } from '../../support/scenario.ts';

/** Formats the function's log of an invocation: one line for each change on AWS or the cluster. */
export function loggedChanges({ lines }: Scenario, since: number): string[] {
  const entries = lines.slice(since).map((line) => JSON.parse(line) as Record<string, unknown>);
  return entries
    .filter(({ ms }) => ms !== undefined)
    .map(({ message, outcome, versionId, cluster, put, takeOff, label }) => {
      const verb = put === undefined ? (takeOff === undefined ? '' : ' removed') : ' set';
      const what = String(put ?? takeOff ?? label ?? cluster ?? '').replace(/-[0-9a-f-]{32,}$/, '');
      const which = versionId === undefined ? '' : ` (version ${String(versionId).slice(0, 8)})`;
      return `${`${message}${verb}`.padEnd(20)}${what.padEnd(20)}${outcome}${which}`;
    });
}

/** Formats the labels of each version that has one. */
export function labelledVersions(versions: string[][]): string[] {
  return versions
    .filter(({ length }) => length > 0)
    .map((names) => `  a version with ${names.join(', ')}`);
}
