import type { Terminal } from '../../../cli/terminal.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  callStep,
  labels,
  openScenario,
  passwordOf,
  reconcile,
  stageToken,
} from '../../support/scenario.ts';
import { labelledVersions, loggedChanges } from './function-log.ts';

const OVERLAP_SECONDS = 7 * 86_400;

/** Shows that reconcile deletes the password of an abandoned rotation. */
export async function showAbandoned(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  await using world = await openScenario({
    database,
    settings: { OVERLAP_SECONDS: String(OVERLAP_SECONDS) },
  });
  const { user } = world;
  const title = (text: string) => line(`\n${paint('bold', text)}`);
  const show = () => {
    line(`  valid passwords      ${user.passwords.length}`);
    for (const text of labelledVersions(labels(world))) line(text);
  };
  title('A rotation stops after it has added its password to the cluster');
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await callStep(world, 'setSecret', token);
  const abandoned = passwordOf(world, 'AWSPENDING');
  show();

  title('An operator removes AWSPENDING and starts another rotation');
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
    }
  });
  const { outcome } = await rotateSecret(world, world.arn);
  show();

  title('Its version keeps LIVE: after the 7 days of overlap, reconcile deletes it');
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = world.lines.length;
  await reconcile(world);
  for (const text of loggedChanges(world, before)) line(`  ${text}`);
  show();
  const isDeleted = abandoned !== undefined && !user.passwords.includes(abandoned);
  return outcome === 'succeeded' && isDeleted && user.passwords.length === 1;
}
