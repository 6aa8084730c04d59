import { wrap } from '../../cli/checks-table.ts';
import type { Terminal } from '../../cli/terminal.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster, type SecondCluster } from '../support/second-cluster.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const COLUMN = 24;

/** A user that exists on two clusters is rotated, with one of them down in the middle. */
export async function showActiveActive(
  database: DatabaseKind | undefined,
  { line, paint }: Terminal,
): Promise<boolean> {
  await using world = await openScenario({ database, ssl: false });
  await using second = await addSecondCluster(world);
  const names = [String(passwordOf(world, 'AWSCURRENT'))];
  const show = (when: string) => line(row(when, clustersOf(world, second, names)));
  const title = (text: string) => line(`\n${paint('bold', text)}`);

  title('One secret, one user, two clusters of an Active-Active database');
  line(row('passwords that work', ['cluster eu', 'cluster us']));
  line(`  ${paint('dim', '(numbered in the order of their coming)')}`);
  show('at first');
  await rotateSecret(world, world.arn);
  show('after a rotation');
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  show('after its overlap');

  title('Cluster us goes down in the next rotation');
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  const before = passwordOf(world, 'AWSCURRENT');
  setDown(second, true);
  const failure = await callStep(world, 'setSecret', token).catch((error: Error) => error);
  const { name, message } = failure instanceof Error ? failure : new Error('it did not fail');
  line(`  setSecret fails with ${paint('red', name)}:`);
  for (const part of wrap(message, 76)) line(`    ${part}`);
  show('meanwhile');
  const isKept = passwordOf(world, 'AWSCURRENT') === before;
  line(
    `  AWSCURRENT ${isKept ? paint('green', 'stays') : paint('red', 'moved')}: applications go on`,
  );

  title('It comes back, and Secrets Manager tries again');
  setDown(second, false);
  for (const step of STEPS) await callStep(world, step, token);
  show('after the retry');
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  show('after its overlap');
  const current = [passwordOf(world, 'AWSCURRENT')];
  const isOne = [world.user, second.user].every(
    ({ passwords }) => JSON.stringify(passwords) === JSON.stringify(current),
  );
  return isKept && message.includes('cluster us') && isOne;
}

function row(title: string, columns: string[]): string {
  return `  ${title.padEnd(COLUMN)}${columns.map((one) => one.padEnd(COLUMN)).join('')}`.trimEnd();
}

/** What works on each cluster, by numbers in the order of their coming. */
function clustersOf(world: Scenario, second: SecondCluster, names: string[]): string[] {
  return [world.user, second.user].map(({ passwords }) => {
    for (const one of passwords) if (!names.includes(one)) names.push(one);
    return passwords.map((one) => names.indexOf(one) + 1).join(' and ');
  });
}

function setDown({ api, database }: SecondCluster, isDown: boolean): void {
  const fault = isDown ? () => 'request lost' as const : undefined;
  api.fault = fault;
  database.fault = fault;
}
