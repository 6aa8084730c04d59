import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { USER_TAG } from '../../lambda/names.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { assertFailed, failingCalls } from './clients/errors.ts';
import { openBoto3, openCli, type SecretsClient } from './clients/open.ts';
import { absent, promise, summarize } from './report.ts';

// Calls the sandbox with boto3 and the AWS CLI, and checks what they decode.

const PASSWORD = 'the-first-password-1';

// If a client read seconds as milliseconds, the date would be years away.
const RECENT_MS = 3_600_000;

/** Parses a date of Python, or the seconds of the CLI. */
function timeOf(date: unknown): number {
  return typeof date === 'number' ? date * 1_000 : Date.parse(String(date));
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
  for (const [error, message, operation, parameters] of failingCalls(SecretId, first, second)) {
    await promise(`${peer}: ${operation} fails with ${error} ${message}`, async () => {
      assertFailed(await client.call(operation, { ...parameters }), error, message);
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
