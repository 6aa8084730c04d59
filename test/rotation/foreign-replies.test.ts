import { expect, test } from 'vitest';
import { openScenario, reconcile } from '../support/scenario.ts';

const PAGE = '<html>a secret text</html>';

// Replies that AWS does not send, as of a proxy.
const FOREIGN: [name: string, action: string, reply: { status: number; body: string }][] = [
  ['a page with 403', 'GetSecretValue', { status: 403, body: PAGE }],
  ['a page with 407', 'DescribeSecret', { status: 407, body: PAGE }],
  ['a page with 200', 'GetParametersByPath', { status: 200, body: PAGE }],
  ['404 without a body', 'GetSecretValue', { status: 404, body: '' }],
  ['a redirect', 'GetSecretValue', { status: 301, body: '' }],
  ['a value without a string', 'GetSecretValue', { status: 200, body: '' }],
  ['a description without an ARN', 'DescribeSecret', { status: 200, body: '{}' }],
  [
    'a list of labels that is null',
    'DescribeSecret',
    { status: 200, body: '{"ARN":"arn","VersionIdsToStages":{"a":null}}' },
  ],
  ['a tag that is null', 'DescribeSecret', { status: 200, body: '{"ARN":"arn","Tags":[null]}' }],
];

test.each(FOREIGN)('a reply that AWS does not send is named: %s', async (_name, action, reply) => {
  await using world = await openScenario();
  world.aws.fault = (called) => (called.endsWith(action) ? reply : undefined);
  const error = await reconcile(world).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'aws_call_failed',
    what: expect.stringMatching(new RegExp(`${action} received a reply.* that AWS does not send`)),
    hint: expect.stringMatching(/AWS_ENDPOINT_URL.*proxies.*do not change the secret/),
  });
  expect(`${error}${world.lines.join('')}`).not.toContain('secret text');
});

test('the error names the HTTP status of a reply that AWS does not send', async () => {
  await using world = await openScenario();
  world.aws.fault = () => ({ status: 407, body: PAGE });
  await expect(reconcile(world)).rejects.toThrow('with HTTP status 407');
});

test('the hint names the variables that choose an endpoint of AWS', async () => {
  await using world = await openScenario();
  process.env.AWS_USE_FIPS_ENDPOINT = 'true';
  try {
    await expect(reconcile(world)).rejects.toMatchObject({
      code: 'aws_call_failed',
      hint: expect.stringMatching(/AWS_ENDPOINT_URL.*AWS_USE_FIPS_ENDPOINT/),
    });
  } finally {
    delete process.env.AWS_USE_FIPS_ENDPOINT;
  }
});
