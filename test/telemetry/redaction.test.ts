import { expect, test } from 'vitest';
import { METRICS_NAMESPACE } from '../../lambda/names.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { METRIC_NAMES } from '../../lambda/telemetry/metrics.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import { callStep, openScenario, type Scenario, stageToken } from '../support/scenario.ts';

const ANOTHER = 'a-password-that-no-line-has';

/** A secret whose password is the name of its cluster too, so that messages name the password. */
async function makeNamed(world: Scenario, password: string): Promise<string> {
  const { api, certificate, database } = world;
  const parameters = {
    'api-endpoints': `https://127.0.0.1:${api.port}`,
    'ca-certificate': certificate.cert,
    'server-name': CLUSTER_NAME,
  };
  await putParameters(world, parameters, password);
  // The function reads parameters again after 5 minutes.
  world.time.advance(301);
  const value = { username: 'orders', password, clusters: [password], login: 'self' };
  return makeSecret(world, crypto.randomUUID(), {
    ...value,
    host: '127.0.0.1',
    port: database.port,
  });
}

/** Reconciles a secret whose password the database rejects; gives the last line of the log. */
async function failedLine(world: Scenario, password: string): Promise<string> {
  const SecretId = await makeNamed(world, password);
  const failed = world.invoke({ Step: 'reconcile', SecretId });
  await expect(failed).rejects.toMatchObject({ code: 'current_password_refused' });
  return world.lines.at(-1) ?? '';
}

/** What CloudWatch reads of a line, to the letter; numbers that depend on the time are equal. */
function metricsIn(line: string): string {
  const from = line.indexOf('"_aws"');
  return line.slice(from, line.indexOf(',"code"', from)).replace(/"Timestamp":\d+/, '');
}

const CONSTANTS = [
  ...[...METRIC_NAMES, METRICS_NAMESPACE, 'FunctionName', 'Step', 'ErrorCode'],
  ...['Count', 'None', 'Milliseconds', 'reconcile', 'failed', 'ERROR', 'current_password_refused'],
];

test('a password that equals a constant of the log changes no metric, step, code or message', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const usual = await failedLine(world, ANOTHER);
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
  ANOTHER,
  'pass',
  'fail',
  'name',
  'secret',
])('the reply of preflight is redacted, and its checks keep their names: %s', async (password) => {
  await using world = await openScenario({ database: 'built-in' });
  const SecretId = await makeNamed(world, password);
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
)('a password pasted into %s is in no error, line or reply', async (field, pasted) => {
  await using world = await openScenario({ database: 'built-in', value: { [field]: pasted } });
  const ended = [
    await callStep(world, 'createSecret', stageToken(world)).catch(shown),
    await world.invoke({ Step: 'reconcile', SecretId: world.arn }).catch(shown),
    await world.invoke({ Step: 'preflight', SecretId: world.arn }).then(shown),
  ];
  expect(ended.join()).toContain(field === 'username' ? 'user_tag_mismatch' : field);
  expect(ended.join() + world.lines.join('')).not.toContain(PASTED);
});

test('a password pasted into the name of a field is in no error or line', async () => {
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

const shown = (ended: unknown) =>
  ended instanceof Error ? `${ended.stack} ${JSON.stringify(ended)}` : JSON.stringify(ended);
