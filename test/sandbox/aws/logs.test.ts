import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { FUNCTION_NAME, LOG_GROUP } from '../names.ts';
import { openWorld, type World } from '../world.ts';

const SECONDS = 1_000;

function clientOf({ environment }: World) {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const shared = { region: 'us-east-1', credentials };
  const { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs = '', AWS_ENDPOINT_URL_LAMBDA: lambda = '' } =
    environment;
  return {
    logs: new CloudWatchLogsClient({ ...shared, endpoint: logs }),
    lambda: new LambdaClient({ ...shared, endpoint: lambda }),
  };
}

test('a query returns the latest line of each group, once it has run', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { logs } = clientOf(world);
  const now = Date.now();
  const line = (secretId: string, code: string, age: number, message = 'failed') =>
    JSON.stringify({ timestamp: new Date(now - age * SECONDS), message, secretId, code });
  world.lines.push(
    line('a', 'first', 50),
    line('b', 'other', 40),
    line('a', 'second', 30),
    line('a', 'no failure', 20, 'done'),
    line('c', 'too old', 500),
  );
  const start = new StartQueryCommand({
    logGroupName: LOG_GROUP,
    queryString: 'filter message = "failed" | stats latest(code) as last by secretId',
    startTime: Math.floor(now / SECONDS) - 100,
    endTime: Math.ceil(now / SECONDS),
  });
  const { queryId } = await logs.send(start);
  const results = new GetQueryResultsCommand({ queryId });
  expect(await logs.send(results)).toMatchObject({ status: 'Running', results: [] });
  const { status, results: rows = [] } = await logs.send(results);
  expect(status).toBe('Complete');
  expect(rows.map((row) => row.map(({ value }) => value))).toEqual([
    ['a', 'second'],
    ['b', 'other'],
  ]);
});

test.each([
  [{ logGroupName: '/aws/lambda/another' }, 'ResourceNotFoundException'],
  [{ queryString: 'fields nothing' }, 'MalformedQueryException'],
  [{ startTime: 9, endTime: 8 }, 'InvalidParameterException'],
])('a query with %j is rejected with %s', async (change, name) => {
  await using world = await openWorld({ database: 'built-in' });
  const query = {
    logGroupName: LOG_GROUP,
    queryString: 'filter message = "failed" | stats latest(code) as last by secretId',
    ...{ startTime: 0, endTime: 1 },
  };
  const command = new StartQueryCommand({ ...query, ...change });
  await expect(clientOf(world).logs.send(command)).rejects.toMatchObject({ name });
});

test("GetFunctionConfiguration names the function's log group", async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { lambda } = clientOf(world);
  const command = new GetFunctionConfigurationCommand({ FunctionName: FUNCTION_NAME });
  expect(await lambda.send(command)).toMatchObject({ LoggingConfig: { LogGroup: LOG_GROUP } });
  const other = new GetFunctionConfigurationCommand({ FunctionName: 'another' });
  await expect(lambda.send(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
