import { expect, test } from 'vitest';
import { makeCertificate } from '../sandbox/certificate.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  putManually,
  reconcile,
  replaceAll,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import { linesOf, measured } from './measured.ts';

const DAY_SECONDS = 86_400;

test('reconcile reports a healthy secret without a dimension for each secret', async () => {
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
    RotationsStopped: 0,
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

test('a failed step writes one line in the embedded metric format', async () => {
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

test('DeletionsFailed counts a label that reconcile cannot set', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await callStep(world, 'createSecret', stageToken(world));
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
    }
  });
  world.aws.fault = (action) => (action.endsWith('VersionStage') ? 'denied' : undefined);
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).toMatchObject({ DeletionsFailed: 1, SecretsReconciled: 1 });
});

test('CurrentPasswordRejected is 1 if the database rejects AWSCURRENT', async () => {
  await using world = await openScenario();
  world.user.passwords = ['set-manually'];
  await world.cluster.onPasswords(world.user);
  await reconcile(world).catch(() => undefined);
  const { values, dimensions } = measured(world);
  expect(values).toMatchObject({ CurrentPasswordRejected: 1, Errors: 1, SecretsReconciled: 1 });
  expect(dimensions).toContain('ErrorCode');
  expect(linesOf(world).at(-1)).toMatchObject({ ErrorCode: 'current_password_refused' });
});

test('CurrentPasswordRejected is 1 beside a database with an untrusted certificate', async () => {
  await using world = await openScenario();
  await using _second = await addSecondCluster(world);
  const untrusted = await startDatabase('built-in', await makeCertificate('localhost'));
  const endpoints = [`127.0.0.1:${world.database.port}`, `localhost:${untrusted.port}`];
  await putManually(world, { username: 'orders', password: 'not-valid-1', endpoints });
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(measured(world).values).toMatchObject({ CurrentPasswordRejected: 1 });
  await untrusted.close();
});

test('CurrentPasswordRejected has no value for a secret without a database', async () => {
  await using world = await openScenario({ noDatabase: true, database: 'built-in' });
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ SecretsReconciled: 1 });
  expect(measured(world).values).not.toHaveProperty('CurrentPasswordRejected');
});

test('reconcile reports the health of a secret whose replaceAll failed', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  await reconcile(world).catch(() => undefined);
  const { values } = measured(world);
  expect(values).toMatchObject({ Errors: 1, LivePasswords: 2, RotationsOverdue: 0 });
  // The alarm ReconcileNotRunning counts this invocation as missing.
  expect(values).toMatchObject({ SecretsReconciled: 0 });
});

test('SecretsReconciled has no value if the database is unreachable', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await world.database.close();
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).not.toHaveProperty('SecretsReconciled');
  // The API still shows its certificate.
  expect(measured(world).values.CertificateDaysLeft).toBeGreaterThan(300);
});

test('DeletionsFailed counts an expired password that reconcile cannot delete', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.api.fault = () => ({ status: 403 });
  await reconcile(world).catch(() => undefined);
  expect(measured(world).values).toMatchObject({ DeletionsFailed: 1, LivePasswords: 2 });
});
