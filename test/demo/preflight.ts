import { drawChecks } from '../../cli/checks-table.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { CHECK_NAMES, type Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { FINDINGS } from '../preflight/findings.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario } from '../support/scenario.ts';

/** Every check of preflight, each in a world with one mistake, with what is to be done about it. */
export async function showPreflight(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  line(
    `\n${paint('bold', 'Each of these worlds has one mistake; preflight finds it and says what to do')}`,
  );
  const found: Check[] = [];
  for (const name of CHECK_NAMES) {
    const finding = FINDINGS.find(([check, status]) => check === name && status !== 'unknown');
    const [, status, , spoil, options] = finding ?? [];
    if (spoil === undefined) continue;
    await using world = await openScenario({ ...options, database });
    await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
    await spoil(world);
    const { checks } = (await world.invoke({
      Step: 'preflight',
      SecretId: world.arn,
    })) as Preflight;
    const seen = checks.find((one) => one.check === name && one.status === status);
    if (seen === undefined) continue;
    found.push(seen);
    for (const text of drawChecks([seen], paint)) line(text);
  }
  line(`\n${found.length} of ${CHECK_NAMES.length} checks found their mistake.`);
  return found.length === CHECK_NAMES.length;
}
