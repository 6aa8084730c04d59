import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { setEnvironment } from '../sandbox/process-environment.ts';
import { REAL_TIME } from '../sandbox/real-time.ts';
import type { Load } from '../sandbox/world.ts';
import { openScenario } from '../support/scenario.ts';
import { TRACES } from './traces.ts';

test.each(TRACES)('$name', async ({ options, run }) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await run(world);
  expect(world.user.passwords).not.toEqual([]);
});

// Its log is for AWS Lambda, and would drown what the tests have to say.
const { write } = process.stdout;
beforeAll(() => {
  process.stdout.write = () => true;
});
afterAll(() => {
  process.stdout.write = write;
});

let imports = 0;

/** Loads the files that are deployed, as AWS Lambda does, in an environment of their own. */
const loadBuilt: Load = async (environment) => {
  const restore = setEnvironment(environment);
  imports += 1;
  const built = await import(`${pathToFileURL(`${LAMBDA_FOLDER}/index.mjs`)}?trace=${imports}`);
  restore();
  return built.handler;
};

test.each(TRACES)('the built function: $name', async ({ options, run }) => {
  const built = { load: loadBuilt, time: REAL_TIME };
  await using world = await openScenario({ ...options, ...built, database: 'built-in' });
  await run(world);
  expect(world.user.passwords).not.toEqual([]);
});
