import { setTimeout } from 'node:timers/promises';
import type { Terminal } from '../../../cli/terminal.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { rollBack } from '../../support/roll-back.ts';
import {
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
} from '../../support/scenario.ts';
import { runClients } from '../clients.ts';
import { loggedChanges } from './function-log.ts';

// The longest time for which a client caches the secret.
const CACHE_MS = 200;
// In this time, every client reads the secret again and logs in with what it has read.
const CLIENTS_RUN_MS = 600;

/** Shows a rotation and its rollback, while clients log in. */
export async function showRollBack(
  database: DatabaseKind | undefined,
  terminal: Terminal,
): Promise<boolean> {
  await using world = await openScenario({ database });
  const stop = new AbortController();
  const tally = { logins: 0, rejected: 0, pings: 0 };
  const options = { cacheMs: CACHE_MS, signal: stop.signal };
  const story = tell(world, terminal).finally(() => stop.abort());
  const [isRestored] = await Promise.all([story, runClients(world, world.arn, options, tally)]);
  const { logins, rejected } = tally;
  const counted = terminal.paint(rejected === 0 ? 'green' : 'red', `${rejected} rejected`);
  terminal.line(`\nEight clients read the secret meanwhile: ${logins} logins, ${counted}`);
  return isRestored && rejected === 0;
}

/** Returns whether the previous password is AWSCURRENT and the only valid one in the end. */
async function tell(world: Scenario, { line, paint }: Terminal): Promise<boolean> {
  const { user } = world;
  const previous = passwordOf(world, 'AWSCURRENT');
  const act = async (title: string, operate: () => Promise<unknown>) => {
    line(`\n${paint('bold', title)}`);
    await setTimeout(CLIENTS_RUN_MS);
    const before = world.lines.length;
    await operate();
    for (const text of loggedChanges(world, before)) line(`  ${text}`);
    const which = passwordOf(world, 'AWSCURRENT') === previous ? 'previous' : 'new';
    line(`  AWSCURRENT          the ${which} password`);
    line(`  valid passwords     ${user.passwords.length}`);
    await setTimeout(CLIENTS_RUN_MS);
  };
  // A rollback compares the dates of the versions.
  world.time.advance(1);
  await act('A rotation', () => rotateSecret(world, world.arn));
  const event = `{ "Step": "rollBack", "SecretId": "…", "Confirm": "${user.name}" }`;
  await act(event, () => rollBack(world));
  await act('After the overlap, reconcile deletes the password that was left', () => {
    world.time.advance(OVERLAP_SECONDS + 1);
    return reconcile(world);
  });
  return user.passwords.length === 1 && user.passwords[0] === previous;
}
