import type { Terminal } from '../../cli/terminal.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  labels,
  openScenario,
  passwordOf,
  reconcile,
  stageToken,
} from '../support/scenario.ts';
import { effectsOf } from './leak.ts';

const OVERLAP_SECONDS = 7 * 86_400;

/** A rotation dies after its POST, and another one succeeds: the password of the first one dies. */
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
    line(`  passwords that work  ${user.passwords.length}`);
    for (const some of labels(world).filter((one) => one.length > 0))
      line(`  a version with ${some.join(', ')}`);
  };
  title('A rotation dies after it has added its password to the cluster');
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await callStep(world, 'setSecret', token);
  const orphan = passwordOf(world, 'AWSPENDING');
  show();

  title('It is given up for another one: nobody remembers the first password');
  // What an operator does: AWSPENDING is taken off, and the secret rotated again.
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
    }
  });
  const { outcome } = await rotateSecret(world, world.arn);
  show();

  title('But its version says so: after the overlap of 7 days reconcile deletes it');
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = world.lines.length;
  await reconcile(world);
  for (const text of effectsOf(world, before)) line(`  ${text}`);
  show();
  const isGone = orphan !== undefined && !user.passwords.includes(orphan);
  return outcome === 'succeeded' && isGone && user.passwords.length === 1;
}
