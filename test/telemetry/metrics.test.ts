import { CancelRotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const DAY_SECONDS = 86_400;

type Line = Record<string, unknown> & {
  _aws?: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
};

const linesOf = ({ lines }: Scenario): Line[] => lines.map((line) => JSON.parse(line));

/** What the last invocation measured: values by the metric's name, and its dimensions. */
function measured(world: Scenario): { values: Record<string, unknown>; dimensions: string[] } {
  const line = linesOf(world).findLast((one) => one._aws !== undefined);
  const directives = line?._aws?.CloudWatchMetrics ?? [];
  const names = directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  const dimensions = directives.flatMap(({ Dimensions }) => Dimensions.flat());
  return { values: Object.fromEntries(names.map((name) => [name, line?.[name]])), dimensions };
}

test('a healthy reconcile reports health, with no dimension per secret', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.time.advance(DAY_SECONDS * 2);
  await reconcile(world);
  await reconcile(world);
  const { values, dimensions } = measured(world);
  expect(values).toEqual({
    Duration: 0,
    LivePasswords: 1,
    PasswordAgeDays: 2,
    RotationsOverdue: 0,
    RotationsStuck: 0,
    CurrentPasswordRejected: 0,
    DeletionsFailed: 0,
    SecretsReconciled: 1,
    CertificateDaysLeft: expect.any(Number),
  });
  expect(values.CertificateDaysLeft).toBeGreaterThan(300);
  expect(new Set(dimensions)).toEqual(new Set(['FunctionName', 'Step']));
  const line = linesOf(world).at(-1);
  expect(line).toMatchObject({ message: 'done', secretId: world.arn, Step: 'reconcile' });
  expect(line?._aws?.Timestamp).toBe(world.time.now());
});

test('a failed step is one line in the embedded format, to the last unit', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await callStep(world, 'createSecret', 'x'.repeat(32)).catch(() => undefined);
  const directive = (dimensions: string[], Name: string, Unit: string) => ({
    Namespace: 'RedisEnterpriseRotation',
    Dimensions: [['FunctionName', ...dimensions]],
    Metrics: [{ Name, Unit }],
  });
  expect(linesOf(world).at(-1)).toMatchObject({
    _aws: {
      Timestamp: world.time.now(),
      CloudWatchMetrics: [
        directive(['Step'], 'Duration', 'Milliseconds'),
        directive([], 'RotationStepErrors', 'Count'),
        directive(['ErrorCode'], 'Errors', 'Count'),
      ],
    },
    FunctionName: 'local',
    Step: 'createSecret',
    ErrorCode: 'rotation_not_enabled',
    RotationStepErrors: 1,
    Errors: 1,
  });
});

test('labels that cannot be put are reported as clean-up that failed', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await callStep(world, 'createSecret', stageToken(world));
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
    }
  });
  world.aws.fault = (action) => (action.endsWith('VersionStage') ? 'refused' : undefined);
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).toMatchObject({ DeletionsFailed: 1, SecretsReconciled: 1 });
});

test('an idle reconcile makes two reads of AWS, one AUTH, and no login to the API', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const actions: string[] = [];
  world.aws.fault = (action) => {
    actions.push(action);
    return undefined;
  };
  const [calls, proofs] = [world.api.calls.length, proofsOf(world)];
  await reconcile(world);
  expect(actions).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
  expect(world.api.calls).toHaveLength(calls);
  expect(proofsOf(world)).toBe(proofs + 1);
});

const proofsOf = (world: Scenario) =>
  linesOf(world).filter(({ message }) => message === 'password verified').length;

test('a rotation that is overdue, and one that is stuck for a day, are reported', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn, { schedule: 'rate(7 days)' });
  world.time.advance(DAY_SECONDS * 7);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsOverdue: 0, RotationsStuck: 0 });
  await callStep(world, 'createSecret', stageToken(world));
  world.time.advance(DAY_SECONDS - 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0 });
  world.time.advance(DAY_SECONDS);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsOverdue: 1, RotationsStuck: 1 });
});

test('a rotation that never wrote its version is reported as stuck, too', async () => {
  await using world = await openScenario();
  stageToken(world);
  await reconcile(world);
  world.time.advance(DAY_SECONDS + 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 1 });
});

test('a rotation that is cancelled after its POST is reported until AWSPENDING is removed', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const SecretId = world.arn;
  world.driver.attempts = 1;
  world.database.fault = () => 'request lost';
  expect(await rotateSecret(world, SecretId)).toMatchObject({ outcome: 'failed' });
  world.database.fault = undefined;
  await world.secretsManager.send(new CancelRotateSecretCommand({ SecretId }));
  world.time.advance(DAY_SECONDS - 60);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 2 });
  world.time.advance(61);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 1, LivePasswords: 2 });
  await updateStage(world, SecretId, 'AWSPENDING', { from: idOf(world, 'AWSPENDING') });
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 2 });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 1 });
  expect(world.user.passwords).toHaveLength(1);
});

test('AWSCURRENT refused is reported', async () => {
  await using world = await openScenario();
  world.user.passwords = ['set-by-hand'];
  await world.cluster.onPasswords(world.user);
  await reconcile(world).catch(() => undefined);
  const { values, dimensions } = measured(world);
  expect(values).toMatchObject({ CurrentPasswordRejected: 1, Errors: 1, SecretsReconciled: 1 });
  expect(dimensions).toContain('ErrorCode');
  expect(linesOf(world).at(-1)).toMatchObject({ ErrorCode: 'current_password_refused' });
});

test('without a database nobody has refused AWSCURRENT, since nobody was asked', async () => {
  await using world = await openScenario({ noDatabase: true, database: 'built-in' });
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ SecretsReconciled: 1 });
  expect(measured(world).values).not.toHaveProperty('CurrentPasswordRejected');
});

test('a replacement that cannot end leaves the health of its secret to be seen', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  await reconcile(world).catch(() => undefined);
  const { values } = measured(world);
  expect(values).toMatchObject({ Errors: 1, LivePasswords: 2, RotationsOverdue: 0 });
  // The alarm on missing reconciles counts it as missing.
  expect(values).toMatchObject({ SecretsReconciled: 0 });
});

test('an effect that fails has its line, too', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => ({ status: 403 });
  await callStep(world, 'setSecret', token).catch(() => undefined);
  const [line] = linesOf(world).filter(({ message }) => message === 'password added');
  expect(line).toMatchObject({ outcome: 'failed', code: 'cluster_permission_denied' });
});

test('a secret that could not be asked about is not counted as reconciled', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await world.database.close();
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).not.toHaveProperty('SecretsReconciled');
  // The certificate of the API is seen all the same.
  expect(measured(world).values.CertificateDaysLeft).toBeGreaterThan(300);
});

test('a due password that cannot be deleted is reported', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.api.fault = () => ({ status: 403 });
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).toMatchObject({ DeletionsFailed: 1, LivePasswords: 2 });
});

test('every outside effect has a line with version, cluster, outcome and time', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const effects = linesOf(world)
    .filter(({ ms }) => ms !== undefined)
    .map(({ step, message, outcome }) => `${step}: ${message} ${outcome}`);
  expect(effects).toEqual([
    'createSecret: label changed',
    'createSecret: version written',
    'setSecret: password added added',
    'testSecret: password verified accepted',
    'finishSecret: password verified accepted',
    'finishSecret: label changed',
    'finishSecret: label changed',
    'reconcile: password verified accepted',
    'reconcile: password deleted deleted',
    'reconcile: label changed',
    'reconcile: label changed',
  ]);
  for (const line of linesOf(world)) {
    expect(line.secretId).toBe(world.arn);
    if (line.step !== 'reconcile') expect(line.clientRequestToken).toEqual(expect.any(String));
    if (String(line.message).startsWith('password'))
      expect(line.versionId).toEqual(expect.any(String));
    if (/added|deleted/.test(String(line.message))) expect(line.cluster).toBe('sandbox');
  }
  const summaries = linesOf(world).filter(({ message }) => message === 'done');
  expect(summaries).toHaveLength(5);
});
