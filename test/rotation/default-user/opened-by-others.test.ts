import { expect, test } from 'vitest';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  putManually,
  reconcile,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps } from '../steps.ts';
import {
  changesOf,
  deletionsOf,
  excuseCluster,
  openExpired,
  optionsOf,
  resultsOf,
} from './databases.ts';

test('if a killed call left no password, reconcile adds none, and the alarm fires each time', async () => {
  await using world = await openExpired();
  optionsOf(world).deletesAll = true;
  world.api.fault = ({ method }) => {
    if (method === 'DELETE') return 'reply lost';
    return deletionsOf(world) > 0 ? 'request lost' : undefined;
  };
  await expect(reconcile(world)).rejects.toThrow();
  expect(world.user.passwords).toEqual([]);
  world.api.fault = undefined;
  const sent = changesOf(world);
  for (let runs = 0; runs < 2; runs += 1) {
    await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unprotected' });
    expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  }
  expect(changesOf(world)).toEqual(sent);
  excuseCluster(world);
});

/** Lets the database accept every client, as an administrator can. */
async function openDatabase({ user, cluster }: Scenario): Promise<void> {
  user.passwords = [];
  await cluster.onPasswords({ ...user, isOpen: true });
}

test.each<[string, (world: Scenario) => unknown]>([
  ['', () => undefined],
  [', even after the overlap', ({ time }) => time.advance(OVERLAP_SECONDS + 1)],
  [
    ', even if a writer of labels sets REPLACING',
    (world) => updateStage(world, world.arn, 'REPLACING', { to: idOf(world, 'AWSPREVIOUS') }),
  ],
  [
    ', even if a writer of the value sets REPLACING and AWSCURRENT',
    async (world) => {
      const value = await readSecret(world, world.arn);
      await putManually(world, { ...value, password: 'chosen-by-an-adversary-1' });
      await putManually(world, value, { VersionStages: ['REPLACING'] });
    },
  ],
])('a database that somebody else opened gets no password from reconcile%s', async (_, act) => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  await rotateSecret(world, world.arn);
  const sent = changesOf(world);
  await openDatabase(world);
  await act(world);
  await expect(reconcile(world)).rejects.toThrow('answers a client that sends no password');
  expect(resultsOf(world).at(-1)).toMatchObject({ DatabasesUnprotected: 1 });
  expect(changesOf(world)).toEqual(sent);
  excuseCluster(world);
});

test('a database that somebody else opened gets no password from finishSecret', async () => {
  const settings = { OVERLAP_SECONDS: '0' };
  await using world = await openScenario({ isDefaultUser: true, ssl: false, settings });
  const token = stageToken(world);
  await callSteps(world, token, ['createSecret', 'setSecret', 'testSecret']);
  const sent = changesOf(world);
  await openDatabase(world);
  await expect(callStep(world, 'finishSecret', token)).rejects.toThrow();
  expect(changesOf(world)).toEqual(sent);
  excuseCluster(world);
});
