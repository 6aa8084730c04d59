import type { Terminal } from '../../../cli/terminal.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { showSummary } from '../output.ts';
import { demonstrate } from '../rotations.ts';

// Shorter than in the other demonstration, and twice the time for which a client caches the secret.
const OVERLAP_SECONDS = 2;
const PACE = { startMs: 500, restMs: 500, cacheMs: 1_000 };

/** Shows three rotations of a database's default user while clients log in. */
export async function showDefaultUser(
  database: DatabaseKind | undefined,
  terminal: Terminal,
): Promise<boolean> {
  const options = { overlap: OVERLAP_SECONDS, database, isDefaultUser: true };
  const { summary } = await demonstrate(options, terminal, PACE);
  showSummary(summary, options, terminal);
  return summary.rejected === 0 && summary.validPasswords === 1;
}
