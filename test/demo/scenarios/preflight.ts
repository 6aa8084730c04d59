import { drawChecks } from '../../../cli/preflight/checks-table.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import { CHECK_NAMES, type Check } from '../../../lambda/preflight/check.ts';
import type { Preflight } from '../../../lambda/preflight/preflight.ts';
import { FINDINGS } from '../../preflight/findings.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { openScenario } from '../../support/scenario.ts';

/** Shows what each check of preflight finds, in worlds with one mistake each. */
export async function showPreflight(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  const title = 'Each of these worlds has one mistake; preflight finds it and says what to do';
  line(`\n${paint('bold', title)}`);
  const found: Check[] = [];
  for (const name of CHECK_NAMES) {
    const finding = FINDINGS.find(([check, status]) => check === name && status !== 'unknown');
    const [, status, , spoil, options] = finding ?? [];
    if (spoil === undefined) continue;
    await using world = await openScenario({ ...options, database });
    await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
    await spoil(world);
    const event = { Step: 'preflight', SecretId: world.arn };
    const { checks } = (await world.invoke(event)) as Preflight;
    const seen = checks.find((check) => check.check === name && check.status === status);
    if (seen === undefined) continue;
    found.push(seen);
    for (const text of drawChecks([seen], paint)) line(text);
  }
  line(`\n${found.length} of ${CHECK_NAMES.length} checks found their mistake.`);
  return found.length === CHECK_NAMES.length;
}
