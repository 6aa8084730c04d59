import { expect, test } from 'vitest';
import { METRICS_NAMESPACE } from '../../lambda/names.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { METRIC_NAMES } from '../../lambda/telemetry/metrics.ts';
import { expireParameters } from '../cluster/expire-parameters.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import { callStep, openScenario, type Scenario, stageToken } from '../support/scenario.ts';

const UNUSED_WORD = 'a-password-that-no-line-has';

/** Makes a secret whose password is also the name of its cluster, which messages contain. */
async function makeSecretWithCluster(world: Scenario, password: string): Promise<string> {
  const { api, certificate, database } = world;
  const parameters = {
    'api-endpoints': `https://127.0.0.1:${api.port}`,
    'ca-certificate': certificate.cert,
    'server-name': CLUSTER_NAME,
  };
  await putParameters(world, parameters, password);
  expireParameters(world);
  const value = { username: 'orders', password, clusters: [password], login: 'self' };
  return makeSecret(world, crypto.randomUUID(), {
    ...value,
    host: '127.0.0.1',
    port: database.port,
  });
}

/** Reconciles a secret whose password the database rejects; returns the last log line. */
async function failedLine(world: Scenario, password: string): Promise<string> {
  const SecretId = await makeSecretWithCluster(world, password);
  const failed = world.invoke({ Step: 'reconcile', SecretId });
  await expect(failed).rejects.toMatchObject({ code: 'current_password_refused' });
  return world.lines.at(-1) ?? '';
}

/** Returns the part of a log line that CloudWatch reads, without numbers that depend on the time. */
function metricsIn(line: string): string {
  const from = line.indexOf('"_aws"');
  const metrics = line.slice(from, line.indexOf(',"code"', from));
  return metrics.replace(/("Timestamp"|"CertificateDaysLeft"):\d+/g, '$1');
}

const CONSTANTS = [
  ...[...METRIC_NAMES, METRICS_NAMESPACE, 'FunctionName', 'Step', 'ErrorCode'],
  ...['Count', 'None', 'Milliseconds', 'reconcile', 'failed', 'ERROR', 'current_password_refused'],
];

test('a password that equals a constant of the log changes no metric or field', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const usual = await failedLine(world, UNUSED_WORD);
  expect(metricsIn(usual)).toContain('"CurrentPasswordRejected":1');
  for (const password of CONSTANTS) {
    const line = await failedLine(world, password);
    expect(metricsIn(line)).toBe(metricsIn(usual));
    const { message, level, step, code, error, ...rest } = JSON.parse(line);
    expect({ message, level, step, code }).toEqual({
      message: 'failed',
      level: 'ERROR',
      step: 'reconcile',
      code: 'current_password_refused',
    });
    expect(error).toContain('cluster [redacted]');
    expect(error).not.toContain(`cluster ${password}`);
    expect(rest.secretId).not.toContain(password);
  }
});

test.each([
  UNUSED_WORD,
  'pass',
  'fail',
  'name',
  'secret',
])('preflight redacts its reply and keeps the names of the checks: %s', async (password) => {
  await using world = await openScenario({ database: 'built-in' });
  const SecretId = await makeSecretWithCluster(world, password);
  const { checks } = (await world.invoke({ Step: 'preflight', SecretId })) as Preflight;
  expect(checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['name', 'secret', 'clusters', 'verification']),
  );
  for (const { status, detail, hint } of checks) {
    expect(status).toMatch(/^(pass|warn|fail|unknown)$/);
    expect(`${detail} ${hint}`).not.toContain(password);
  }
  expect(checks.find(({ check }) => check === 'verification')?.detail).toContain('[redacted]');
  expect(world.lines.at(-1)).toContain('"check":"name"');
});

const PASTED = 'Hunter2-pasted';

const FIELDS: [field: string, value: unknown][] = [
  ['host', `${PASTED}!`],
  ['endpoints', [PASTED]],
  ['clusters', [PASTED]],
  ['clusters', PASTED],
  ['login', PASTED],
  ['engine', PASTED],
  ['email', PASTED],
  ['port', PASTED],
  ['ssl', PASTED],
  ['username', PASTED],
];

test.each(
  FIELDS,
)('no error, log line or reply contains a password pasted into %s', async (field, pasted) => {
  await using world = await openScenario({ database: 'built-in', value: { [field]: pasted } });
  const outcomes = [
    await callStep(world, 'createSecret', stageToken(world)).catch(shown),
    await world.invoke({ Step: 'reconcile', SecretId: world.arn }).catch(shown),
    await world.invoke({ Step: 'preflight', SecretId: world.arn }).then(shown),
  ];
  expect(outcomes.join()).toContain(field === 'username' ? 'user_tag_mismatch' : field);
  expect(outcomes.join() + world.lines.join('')).not.toContain(PASTED);
});

test('no error or log line contains a password pasted into the name of a field', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  const name = PASTED.replace('-', '_');
  world.store.write(world.arn, ({ versions }) => {
    const version = versions.get(token);
    if (version?.value === undefined || !('SecretString' in version.value)) throw new Error();
    const value = { ...JSON.parse(version.value.SecretString), [name]: 1 };
    version.value = { SecretString: JSON.stringify(value) };
  });
  const error = shown(await callStep(world, 'setSecret', token).catch((thrown) => thrown));
  expect(error).toContain('another field differs');
  expect(error + world.lines.join('')).not.toContain(name);
});

const shown = (outcome: unknown) =>
  outcome instanceof Error
    ? `${outcome.stack} ${JSON.stringify(outcome)}`
    : JSON.stringify(outcome);
