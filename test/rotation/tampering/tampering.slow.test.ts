import { expect, test } from 'vitest';
import { REAL_TIME } from '../../sandbox/real-time.ts';
import { openScenario } from '../../support/scenario.ts';
import { loadBuilt, silenceOutput } from '../built-function.ts';
import { CLUSTER_CASES } from './cluster-cases.ts';
import { SECRET_CASES } from './secret-cases.ts';

silenceOutput();

const CASES = [...SECRET_CASES, ...CLUSTER_CASES];

test.each(CASES)('$name', async ({ options, run }) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await run(world);
  expect(world.user.passwords).not.toEqual([]);
});

// The built function runs on real time, so that its waits are real.
test.concurrent.each(CASES)('the built function: $name', async ({ options, run }) => {
  const built = { load: loadBuilt, time: REAL_TIME };
  await using world = await openScenario({ ...options, ...built, database: 'built-in' });
  await run(world);
  expect(world.user.passwords).not.toEqual([]);
});
