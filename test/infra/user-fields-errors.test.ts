import { expect, test } from 'vitest';
import { MARGIN_MS } from '../../infra/user-fields/limits.ts';
import { InvokeError } from '../sandbox/aws/lambda-server.ts';
import { SIGNATURE } from './cloudformation-server.ts';
import { openDeployment, properties, UPDATED } from './deployment.ts';

const CREATION = { ResourceProperties: properties({ host: 'redis.example.com', owner: 'shop' }) };
const RETRY_MAX_MS = 60_000;

/** Returns an error as the rotation function throws it. */
const functionError = (name: string, message: string) =>
  Object.assign(new Error(message), { name });

const DENIED = new InvokeError('AccessDeniedException', 403, 'User is not authorized');

const PASSING: [what: string, error: Error][] = [
  ['a new policy', DENIED],
  ['a throttle', new InvokeError('TooManyRequestsException', 429, 'Rate Exceeded.')],
  ['a function that is pending', new InvokeError('ResourceConflictException', 409, 'Pending')],
  ['a function in a VPC', new InvokeError('EC2ThrottledException', 502, 'throttled')],
  ['a failure of AWS Lambda', new InvokeError('ServiceException', 500, 'failed')],
  [
    'a new policy of the function',
    functionError(
      'aws_call_failed',
      'secretsmanager:DescribeSecret failed with AccessDeniedException; hint: allow it',
    ),
  ],
];

test.each(PASSING)('the handler retries an error that passes: %s', async (_, error) => {
  const errors = [error, error];
  await using deployment = await openDeployment({
    invoke: async () => {
      const next = errors.pop();
      if (next !== undefined) throw next;
      return UPDATED;
    },
  });
  expect(await deployment.deploy('Create', CREATION)).toMatchObject({ Status: 'SUCCESS' });
  expect(deployment.invocations).toHaveLength(3);
});

test.each(PASSING)('the handler retries for at most a minute: %s', async (_, error) => {
  await using deployment = await openDeployment({ invoke: () => Promise.reject(error) });
  const start = deployment.time.now();
  const done = await deployment.deploy('Create', CREATION);
  expect(done?.Status).toBe('FAILED');
  expect(done?.Reason).toContain(error.message);
  const elapsed = deployment.time.now() - start;
  expect(elapsed).toBeLessThanOrEqual(RETRY_MAX_MS);
  expect(elapsed).toBeGreaterThan(RETRY_MAX_MS / 2);
});

test.each([
  [
    "cluster_changed: 'us' has passwords of the secret; hint: run reconcile first",
    functionError('cluster_changed', "'us' has passwords of the secret; hint: run reconcile first"),
  ],
  [
    'lambda:InvokeFunction failed with ResourceNotFoundException: gone; hint: fix the cause',
    new InvokeError('ResourceNotFoundException', 404, 'gone'),
  ],
  [
    'Sandbox.Timedout: Task timed out after 120.00 seconds',
    functionError('Sandbox.Timedout', 'Task timed out after 120.00 seconds'),
  ],
])('the reason of a failed deployment is the error of the function: %s', async (reason, error) => {
  await using deployment = await openDeployment({ invoke: () => Promise.reject(error) });
  const done = await deployment.deploy('Create', CREATION);
  expect(done?.Status).toBe('FAILED');
  expect(done?.Reason).toContain(reason);
  expect(deployment.invocations).toHaveLength(1);
});

test.each([null, {}, { rotate: 'no' }, 'done'])('an unknown result fails: %j', async (result) => {
  await using deployment = await openDeployment({ invoke: async () => result });
  const done = await deployment.deploy('Create', CREATION);
  expect(done).toMatchObject({ Status: 'FAILED' });
  expect(done?.Reason).toContain('updateFields returned no result; hint: deploy again');
});

test.each([
  '€',
  '\u0001',
  '"',
  '😀',
  'x',
])('a reason of many %j fits into a response', async (text) => {
  const error = functionError('unexpected', text.repeat(2_000));
  await using deployment = await openDeployment({ invoke: () => Promise.reject(error) });
  const id = 'x'.repeat(900);
  const more = { ...CREATION, LogicalResourceId: id, RequestId: id };
  const done = await deployment.deploy('Create', more);
  expect(done).toMatchObject({ Status: 'FAILED' });
  expect(done?.Reason).toContain(`unexpected: ${text.repeat(100)}`);
  expect(deployment.bytes[0]).toBeLessThanOrEqual(4_096);
});

test('the handler responds before its own time ends', async () => {
  const options = { remainingMs: MARGIN_MS + 300, invoke: () => new Promise(() => undefined) };
  await using deployment = await openDeployment(options);
  const done = await deployment.deploy('Create', CREATION);
  expect(done?.Status).toBe('FAILED');
  expect(done?.Reason).toContain(
    'lambda:InvokeFunction did not return in time; hint: read the log',
  );
});

const SERVER_ERRORS = [500, 0, 503];

test('the handler sends its response again after a failure of the server', async () => {
  await using deployment = await openDeployment({ statuses: [...SERVER_ERRORS] });
  expect(await deployment.deploy('Create', CREATION)).toMatchObject({ Status: 'SUCCESS' });
});

// The handler sends no fifth response, and no second one after a rejection.
test.each([
  ['the response got status 403', [403]],
  ['the response failed with TypeError', [...SERVER_ERRORS, 0]],
])('a response that is lost is in the log: %s', async (line, statuses) => {
  await using deployment = await openDeployment({ statuses });
  expect(await deployment.deploy('Create', CREATION)).toBeUndefined();
  expect(deployment.lines.join('\n')).toContain(line);
  expect(statuses).toEqual([]);
});

test('the log has neither the address of the response nor values of fields', async () => {
  const invoke = () => Promise.reject(functionError('value_invalid', 'host is invalid'));
  await using deployment = await openDeployment({ invoke, statuses: [403] });
  await deployment.deploy('Create', CREATION);
  const log = deployment.lines.join('\n');
  expect(log).toContain('host is invalid');
  for (const secret of [SIGNATURE, 'redis.example.com', 'shop']) expect(log).not.toContain(secret);
});
