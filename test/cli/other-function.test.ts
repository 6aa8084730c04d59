import { expect, test } from 'vitest';
import { stateOf } from '../rotation/roll-back/rotated.ts';
import { startLambdaServer } from '../sandbox/aws/lambda-server.ts';
import { FUNCTION_NAME, LOG_GROUP } from '../sandbox/names.ts';
import { openRotatedToday } from './rotated-today.ts';
import { runCli } from './run-cli.ts';

const ANSWERS = [null, 'x', { ok: 1 }, { versionId: 1, replaced: {} }];
const CASES = ANSWERS.flatMap((answer) =>
  (['roll-back', 'replace-all'] as const).map((command) => [command, answer] as const),
);

test.each(CASES)('%s fails if the function answers %j', async (command, answer) => {
  await using world = await openRotatedToday();
  const before = stateOf(world);
  const other = await startLambdaServer({
    functionName: FUNCTION_NAME,
    logGroup: LOG_GROUP,
    invoke: async () => answer,
  });
  const AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${other.port}`;
  const environment = { ...world.environment, AWS_ENDPOINT_URL_LAMBDA };
  const args = [command, '--secret', 'orders', '--yes', 'orders'];
  const { code, out, err } = await runCli({ environment }, ...args);
  await other.close();
  expect([code, out]).toEqual([2, '']);
  expect(err.replaceAll('\n', ' ')).toMatch(
    /the function \S+ is not the rotation function, or another version of it /,
  );
  expect(stateOf(world)).toEqual(before);
});
