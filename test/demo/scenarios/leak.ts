import type { Terminal } from '../../../cli/terminal.ts';
import { canLogIn } from '../../sandbox/application.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  labels,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { labelledVersions, loggedChanges } from './function-log.ts';

const BACK_DOOR = 'added-by-an-attacker-1';

/** Shows that one replaceAll invalidates a leaked password and one that an attacker added. */
export async function showLeak(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  await using world = await openScenario({ database });
  const { user } = world;
  const title = (text: string) => line(`\n${paint('bold', text)}`);
  const countPasswords = () => line(`  ${'valid passwords'.padEnd(34)}${user.passwords.length}`);
  title('A password leaks, and the attacker adds another password');
  await rotateSecret(world, world.arn);
  const leaked = String(passwordOf(world, 'AWSCURRENT'));
  user.passwords = [...user.passwords, BACK_DOOR];
  await world.cluster.onPasswords(user);
  const logIn = tryLogins(world, { line, paint });
  const attack = async () => [
    await logIn('with the leaked password', leaked),
    await logIn('with the back door', BACK_DOOR),
  ];
  await attack();
  countPasswords();

  title(`{ "Step": "replaceAll", "SecretId": "…", "Confirm": "${user.name}" }`);
  const before = world.lines.length;
  await replaceAll(world);
  for (const text of loggedChanges(world, before)) line(`  ${text}`);

  title('Afterwards');
  const attacks = await attack();
  const current = String(passwordOf(world, 'AWSCURRENT'));
  const isApplicationIn = await logIn('an application, with AWSCURRENT', current, true);
  countPasswords();

  title('Later, when no rotation is in progress, reconcile removes the labels');
  world.time.advance(3_600);
  await reconcile(world);
  for (const text of labelledVersions(labels(world))) line(text);
  return !attacks.includes(true) && isApplicationIn && user.passwords.length === 1;
}

/** Returns a function that logs in, and prints whether the database accepts the password. */
function tryLogins(world: Scenario, { line, paint }: Pick<Terminal, 'line' | 'paint'>) {
  return async (who: string, password: string, isExpected = false) => {
    const isAccepted = await canLogIn(world, { username: world.user.name, password });
    const style = isAccepted === isExpected ? 'green' : 'red';
    line(`  ${who.padEnd(34)}${paint(style, isAccepted ? 'logs in' : 'is rejected')}`);
    return isAccepted;
  };
}
