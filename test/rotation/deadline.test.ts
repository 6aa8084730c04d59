import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createHandler } from '../../lambda/handler.ts';
import { listen } from '../sandbox/listen.ts';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { openScenario, type Scenario, stageToken } from '../support/scenario.ts';

// Of these 5 s the function keeps 3 s free of AWS calls, and the last one for its log line.
const REMAINING_MS = 5_000;
const SLOW_MS = 1_200;
const RETRY_AFTER_MS = 4_000;

/** Puts the fault in place; returns further environment variables of the function. */
type SetFault = (world: Scenario) => Record<string, string> | Promise<Record<string, string>>;

const STOPPED = 'stopped: the time of the invocation was used up';

const CASES: [name: string, step: string, setFault: SetFault, code: string, message: string][] = [
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
)('an invocation logs its error before its time is up: %s', async (...row) => {
  const [, step, setFault, code, message] = row;
  await using world = await openScenario({ database: 'built-in', time: REAL_TIME });
  const event = { Step: step, SecretId: world.arn, ClientRequestToken: stageToken(world) };
  const environment = { ...world.environment, ...(await setFault(world)) };
  const lines: string[] = [];
  const handler = createHandler(environment, REAL_TIME, (line) => lines.push(line));
  const began = performance.now();
  const ended = handler(event, { getRemainingTimeInMillis: () => REMAINING_MS });
  await expect(ended).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect(performance.now() - began).toBeLessThan(REMAINING_MS);
  const failed = lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'failed');
  expect(failed).toMatchObject([
    { code, ErrorCode: code, Errors: 1, _aws: { CloudWatchMetrics: expect.any(Array) } },
  ]);
  expect(world.api.calls).toEqual([]);
});

/** Starts an AWS endpoint that throttles each call, and returns its URL. */
async function startThrottling(): Promise<string> {
  const server = createServer((_request, response) => {
    const headers = { 'x-amz-retry-after': String(RETRY_AFTER_MS) };
    response.writeHead(400, headers).end('{"__type":"ThrottlingException"}');
  });
  const { port } = await listen(server.unref());
  return `http://127.0.0.1:${port}`;
}

test('an invocation that ends early leaves no timer', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  const context = { getRemainingTimeInMillis: () => REMAINING_MS };
  await world.invoke({ Step: 'reconcile', SecretId: world.arn }, context);
  await world.invoke({ Step: 'nothing' }, context).catch(() => undefined);
  expect(timers()).toBeLessThanOrEqual(before);
});
