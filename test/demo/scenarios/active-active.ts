import { type Terminal, wrap } from '../../../cli/terminal.ts';
import type { DatabaseKind } from '../../sandbox/database/database.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { addSecondCluster, type SecondCluster } from '../../support/second-cluster.ts';

const COLUMN = 24;

/** Shows a rotation on two clusters, one of which is down for a while. */
export async function showActiveActive(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  await using world = await openScenario({ database, ssl: false });
  await using second = await addSecondCluster(world);
  const known = [String(passwordOf(world, 'AWSCURRENT'))];
  const show = (when: string) => line(row(when, passwordsByCluster(world, second, known)));
  const title = (text: string) => line(`\n${paint('bold', text)}`);
  const expire = () => deleteExpired(world).then(() => show('after its overlap'));

  title('One secret, one user, two clusters of an Active-Active database');
  line(row('valid passwords, by age', ['cluster eu', 'cluster us']));
  show('at first');
  await rotateSecret(world, world.arn);
  show('after a rotation');
  await expire();

  title('Cluster us goes down during the next rotation');
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  const before = passwordOf(world, 'AWSCURRENT');
  setDown(second, true);
  const { name, message } = await failToSetSecret(world, token);
  const failure = [`  setSecret fails with ${paint('red', name)}:`, ...indent(message)];
  for (const text of failure) line(text);
  show('meanwhile');
  const isKept = passwordOf(world, 'AWSCURRENT') === before;
  const stays = paint(isKept ? 'green' : 'red', isKept ? 'stays' : 'moved');
  line(`  AWSCURRENT ${stays}: applications can still log in`);

  title('Cluster us is up again, and Secrets Manager retries');
  setDown(second, false);
  for (const step of STEPS) await callStep(world, step, token);
  show('after the retry');
  await expire();
  return isKept && message.includes('cluster us') && hasOnlyCurrent(world, second);
}

function deleteExpired(world: Scenario): Promise<unknown> {
  world.time.advance(OVERLAP_SECONDS + 1);
  return reconcile(world);
}

async function failToSetSecret(world: Scenario, token: string): Promise<Error> {
  const failure = await callStep(world, 'setSecret', token).catch((error: Error) => error);
  return failure instanceof Error ? failure : new Error('setSecret did not fail');
}

function indent(text: string): string[] {
  return wrap(text, 76).map((part) => `    ${part}`);
}

function hasOnlyCurrent(world: Scenario, second: SecondCluster): boolean {
  const current = JSON.stringify([passwordOf(world, 'AWSCURRENT')]);
  return [world.user, second.user].every(({ passwords }) => JSON.stringify(passwords) === current);
}

function row(title: string, columns: string[]): string {
  return `  ${[title, ...columns].map((text) => text.padEnd(COLUMN)).join('')}`.trimEnd();
}

/** Returns the numbers of each cluster's valid passwords, and adds new ones to `known`. */
function passwordsByCluster(world: Scenario, second: SecondCluster, known: string[]): string[] {
  return [world.user, second.user].map(({ passwords }) => {
    for (const password of passwords) if (!known.includes(password)) known.push(password);
    return passwords.map((password) => known.indexOf(password) + 1).join(' and ');
  });
}

function setDown({ api, database }: SecondCluster, isDown: boolean): void {
  const fault = isDown ? () => 'request lost' as const : undefined;
  api.fault = fault;
  database.fault = fault;
}
