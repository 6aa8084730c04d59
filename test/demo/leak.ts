import type { Terminal } from '../../cli/terminal.ts';
import { canLogIn } from '../sandbox/application.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  labels,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../support/scenario.ts';

const BACK_DOOR = 'added-by-an-attacker-1';

/** A password has leaked, and somebody has added another: one call ends both. */
export async function showLeak(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  await using world = await openScenario({ database });
  const { user } = world;
  const title = (text: string) => line(`\n${paint('bold', text)}`);
  title('A password leaks, and the attacker adds one of their own');
  await rotateSecret(world, world.arn);
  const leaked = String(passwordOf(world, 'AWSCURRENT'));
  user.passwords = [...user.passwords, BACK_DOOR];
  await world.cluster.onPasswords(user);
  const logIn = async (who: string, password: string, isMeantTo = false) => {
    const isIn = await canLogIn(world, { username: user.name, password });
    const style = isIn === isMeantTo ? 'green' : 'red';
    line(`  ${who.padEnd(34)}${paint(style, isIn ? 'logs in' : 'is refused')}`);
    return isIn;
  };
  await logIn('with the leaked password', leaked);
  await logIn('with the back door', BACK_DOOR);
  line(`  passwords that work               ${user.passwords.length}`);

  title(`{ "Step": "replaceAll", "SecretId": "…", "Confirm": "${user.name}" }`);
  const before = world.lines.length;
  await replaceAll(world);
  for (const text of effectsOf(world, before)) line(`  ${text}`);

  title('Afterwards');
  const isLeakIn = await logIn('with the leaked password', leaked);
  const isBackDoorIn = await logIn('with the back door', BACK_DOOR);
  const isApplicationIn = await logIn(
    'an application, with AWSCURRENT',
    String(passwordOf(world, 'AWSCURRENT')),
    true,
  );
  line(`  passwords that work               ${user.passwords.length}`);

  title('Later, when no request of a rotation is under way, reconcile closes the ledger');
  world.time.advance(3_600);
  await reconcile(world);
  for (const some of labels(world).filter((one) => one.length > 0))
    line(`  a version with ${some.join(', ')}`);
  return !isLeakIn && !isBackDoorIn && isApplicationIn && user.passwords.length === 1;
}

/** What the function's log says of an invocation, a line for every outside effect. */
export function effectsOf({ lines }: Scenario, since: number): string[] {
  const told = lines.slice(since).map((line) => JSON.parse(line) as Record<string, unknown>);
  return told
    .filter(({ ms }) => ms !== undefined)
    .map(({ message, outcome, versionId, cluster, put, takeOff, label }) => {
      const verb = put === undefined ? (takeOff === undefined ? '' : ' taken off') : ' put';
      const what = String(put ?? takeOff ?? label ?? cluster ?? '').replace(/-[0-9a-f-]{32,}$/, '');
      const which = versionId === undefined ? '' : ` (version ${String(versionId).slice(0, 8)})`;
      return `${`${message}${verb}`.padEnd(20)}${what.padEnd(20)}${outcome}${which}`;
    });
}
