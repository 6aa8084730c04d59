import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createHandler } from '../../lambda/handler.ts';
import { listen } from '../sandbox/listen.ts';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { openScenario, type Scenario, stageToken } from '../support/scenario.ts';

// An invocation that ends at 6 s stops its AWS calls at 3 s, and whatever else runs at 5 s.
const REMAINING_MS = 6_000;
const SLOW_MS = 2_000;
const RETRY_AFTER_MS = 4_000;

type Place = (world: Scenario) => Record<string, string> | Promise<Record<string, string>>;

const STOPPED = 'stopped: the time of the invocation was used up';

const CASES: [sentence: string, step: string, place: Place, code: string, says: string][] = [
  [
    'AWS answers each call slowly',
    'reconcile',
    ({ aws }) => {
      aws.fault = () => REAL_TIME.sleep(SLOW_MS).then(() => undefined);
      return {};
    },
    'aws_call_failed',
    `secretsmanager:GetSecretValue ${STOPPED}`,
  ],
  [
    'Secrets Manager never answers',
    'createSecret',
    ({ aws }) => {
      aws.fault = () => 'no reply';
      return {};
    },
    'aws_call_failed',
    `secretsmanager:DescribeSecret ${STOPPED}`,
  ],
  [
    'Secrets Manager throttles each call',
    'reconcile',
    async () => ({ AWS_ENDPOINT_URL_SECRETS_MANAGER: await startThrottling() }),
    'aws_call_failed',
    `secretsmanager:DescribeSecret ${STOPPED}`,
  ],
  [
    'Systems Manager never answers',
    'reconcile',
    ({ aws }) => {
      aws.fault = (action) => (action.startsWith('ssm:') ? 'no reply' : undefined);
      return {};
    },
    'aws_call_failed',
    `ssm:GetParametersByPath ${STOPPED}`,
  ],
  [
    'a database never answers',
    'reconcile',
    ({ database }) => {
      database.fault = () => 'no reply';
      return {};
    },
    'deadline_exceeded',
    'the time of the invocation was used up',
  ],
  [
    'no time is left for a request',
    'createSecret',
    () => ({}),
    'deadline_exceeded',
    'cluster sandbox: the invocation has no time left for a request',
  ],
];

test.concurrent.each(
  CASES,
)('an invocation ends with its log line before its time is up: %s', async (_, step, place, code, says) => {
  await using world = await openScenario({ database: 'built-in', time: REAL_TIME });
  const event = { Step: step, SecretId: world.arn, ClientRequestToken: stageToken(world) };
  const environment = { ...world.environment, ...(await place(world)) };
  const lines: string[] = [];
  const handler = createHandler(environment, REAL_TIME, (line) => lines.push(line));
  const began = performance.now();
  const ended = handler(event, { getRemainingTimeInMillis: () => REMAINING_MS });
  await expect(ended).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
  expect(performance.now() - began).toBeLessThan(REMAINING_MS);
  const failed = lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'failed');
  expect(failed).toMatchObject([
    { code, ErrorCode: code, Errors: 1, _aws: { CloudWatchMetrics: expect.any(Array) } },
  ]);
  expect(world.api.calls).toEqual([]);
});

/** Starts an AWS that throttles, and asks for a retry after a while. */
async function startThrottling(): Promise<string> {
  const server = createServer((_request, response) => {
    const headers = { 'x-amz-retry-after': String(RETRY_AFTER_MS) };
    response.writeHead(400, headers).end('{"__type":"ThrottlingException"}');
  });
  const { port } = await listen(server.unref());
  return `http://127.0.0.1:${port}`;
}

test('an invocation that ends early leaves no timer behind', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  const event = { Step: 'reconcile', SecretId: world.arn };
  await world.invoke(event, { getRemainingTimeInMillis: () => REMAINING_MS });
  await world
    .invoke({ Step: 'nothing' }, { getRemainingTimeInMillis: () => REMAINING_MS })
    .catch(() => undefined);
  expect(timers()).toBeLessThanOrEqual(before);
});
