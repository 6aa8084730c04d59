import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { USER_TAG } from '../../lambda/names.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { absent, promise, summarize } from './report.ts';
import { type Outcome, openBoto3, openCli, type SecretsClient } from './secrets-client.ts';

// AWS's clients of other languages with the sandbox: what they send, and what they decode.

const PASSWORD = 'the-first-password-1';

// Seconds taken for milliseconds would be years away.
const RECENT_MS = 3_600_000;

/** Python prints a date, the CLI the seconds that it was sent. */
function timeOf(date: unknown): number {
  return typeof date === 'number' ? date * 1_000 : Date.parse(String(date));
}

/** A call that is refused: its exception, and what its message is. */
type Refusal = [error: string, message: RegExp, operation: string, parameters: object];

function refusals(name: string, first: string, second: string): Refusal[] {
  const SecretId = name;
  const value = { SecretId, SecretString: 'other' };
  const notFound = 'ResourceNotFoundException';
  const invalid = 'InvalidRequestException';
  const parameter = 'InvalidParameterException';
  const lost = /^Secrets Manager can't find the specified secret\.$/;
  const found = "^Secrets Manager can't find the specified secret value for";
  const current = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first };
  return [
    [notFound, lost, 'GetSecretValue', { SecretId: 'nobody' }],
    [notFound, lost, 'DescribeSecret', { SecretId: 'nobody' }],
    [
      notFound,
      RegExp(`${found} staging label: NONE$`),
      'GetSecretValue',
      { SecretId, VersionStage: 'NONE' },
    ],
    [
      notFound,
      RegExp(`${found} VersionId: `),
      'GetSecretValue',
      { SecretId, VersionId: randomUUID() },
    ],
    [
      invalid,
      /^You provided a VersionStage that is not associated to the provided VersionId\.$/,
      'GetSecretValue',
      { SecretId, VersionId: first, VersionStage: 'AWSCURRENT' },
    ],
    [
      'ResourceExistsException',
      /^You can't use ClientRequestToken .* already in use for a version of secret arn:aws:/,
      'PutSecretValue',
      { ...value, ClientRequestToken: first },
    ],
    [
      'ResourceExistsException',
      /already exists/,
      'CreateSecret',
      { Name: name, SecretString: 'other', ClientRequestToken: randomUUID() },
    ],
    [
      parameter,
      RegExp(`attached to version ${second}, so you must`),
      'UpdateSecretVersionStage',
      current,
    ],
    [
      invalid,
      /^No Lambda rotation function ARN is associated with this secret\.$/,
      'RotateSecret',
      { SecretId },
    ],
    [
      'AccessDeniedException',
      /^Secrets Manager cannot invoke the specified Lambda function\./,
      'RotateSecret',
      { SecretId, RotationLambdaARN: `${FUNCTION_ARN}-another` },
    ],
  ];
}

function refused(outcome: Outcome, error: string, message: RegExp): void {
  equal(outcome.error, error);
  match(outcome.message ?? '', message);
  // AWS's model of the service does not name this one, so that boto3 has no class for it.
  const isModelled = error !== 'AccessDeniedException';
  // The CLI shows neither the class nor the status.
  ok([undefined, isModelled ? error : 'ClientError'].includes(outcome.raised));
  ok([undefined, 400].includes(outcome.status));
}

async function checkVersions(peer: string, client: SecretsClient): Promise<void> {
  const SecretId = `${peer}/versions`;
  const [first, second] = [randomUUID(), randomUUID()];
  const stage = async (VersionStage: string) =>
    (await client.call('GetSecretValue', { SecretId, VersionStage })).reply;
  await promise(`${peer}: a secret is created, described, written and read`, async () => {
    const created = { Name: SecretId, SecretString: 'one', ClientRequestToken: first };
    const { reply } = await client.call('CreateSecret', created);
    equal(reply?.VersionId, first);
    const put = { SecretId, SecretString: 'two', ClientRequestToken: second };
    const written = await client.call('PutSecretValue', put);
    deepEqual(written.reply?.VersionStages, ['AWSCURRENT']);
    const described = await client.call('DescribeSecret', { SecretId: reply?.ARN });
    const stages = { [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] };
    deepEqual(described.reply?.VersionIdsToStages, stages);
    const byId = await client.call('GetSecretValue', { SecretId, VersionId: first });
    equal(byId.reply?.SecretString, 'one');
    ok(Math.abs(Date.now() - timeOf(byId.reply?.CreatedDate)) < RECENT_MS);
    equal((await stage('AWSPREVIOUS'))?.SecretString, 'one');
    equal((await client.call('GetSecretValue', { SecretId })).reply?.SecretString, 'two');
  });
  for (const [error, message, operation, parameters] of refusals(SecretId, first, second)) {
    await promise(`${peer}: ${operation} is refused with ${error} ${message}`, async () => {
      refused(await client.call(operation, { ...parameters }), error, message);
    });
  }
  await promise(`${peer}: AWSCURRENT is moved back`, async () => {
    const move = { MoveToVersionId: first, RemoveFromVersionId: second };
    const update = { SecretId, VersionStage: 'AWSCURRENT', ...move };
    equal((await client.call('UpdateSecretVersionStage', update)).reply?.Name, SecretId);
    equal((await stage('AWSCURRENT'))?.SecretString, 'one');
    equal((await stage('AWSPREVIOUS'))?.VersionId, second);
  });
}

async function checkRotation(peer: string, client: SecretsClient, world: World): Promise<void> {
  await promise(`${peer}: RotateSecret rotates the password`, async () => {
    const name = `${peer}-user`;
    const user = await addUser(world.cluster, { name, passwords: [PASSWORD] });
    const endpoint = { host: '127.0.0.1', port: world.database.port };
    const SecretString = JSON.stringify({ username: name, password: PASSWORD, ...endpoint });
    const Tags = [{ Key: USER_TAG, Value: name }];
    const { reply } = await client.call('CreateSecret', { Name: name, SecretString, Tags });
    const rotation = {
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
    };
    const rotated = await client.call('RotateSecret', { SecretId: name, ...rotation });
    const ended = await world.driver.running.get(String(reply?.ARN));
    deepEqual(ended, { outcome: 'succeeded' });
    const read = await client.call('GetSecretValue', { SecretId: name });
    equal(read.reply?.VersionId, rotated.reply?.VersionId);
    const { password } = JSON.parse(String(read.reply?.SecretString)) as { password: string };
    deepEqual(user.passwords, [PASSWORD, password]);
    const described = await client.call('DescribeSecret', { SecretId: name });
    equal(described.reply?.RotationEnabled, true);
    deepEqual(described.reply?.RotationRules, { AutomaticallyAfterDays: 30 });
  });
}

await using world = await openWorld();
const peers = {
  boto3: openBoto3(world.environment),
  'aws-cli': openCli(world.environment),
};
for (const [peer, client] of Object.entries(peers)) {
  if (client === undefined) {
    absent(
      peer,
      `${peer} with the sandbox`,
      peer === 'boto3' ? 'pip install boto3' : 'pip install awscli',
    );
    continue;
  }
  await using open = client;
  await checkVersions(peer, open);
  await checkRotation(peer, open, world);
}
if (Object.values(peers).some((client) => client !== undefined)) summarize('clients');
