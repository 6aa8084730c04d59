import { expect, test } from 'vitest';
import { RotationError } from '../../lambda/errors.ts';
import { createHandler } from '../../lambda/handler.ts';
import { openLog } from '../../lambda/telemetry/log.ts';
import { openRedaction } from '../../lambda/telemetry/redaction.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  stageToken,
} from '../support/scenario.ts';

test.each([
  ['self', { login: 'self' }],
  ['admin', { login: 'admin' }],
  ['default user', { isDefaultUser: true }],
] as const)('no log line or error contains a password or a token: %s', async (_who, options) => {
  await using world = await openScenario(options);
  const errors: string[] = [];
  const secrets = new Set<string>();
  const note = (error: Error | undefined) =>
    errors.push(String(error), JSON.stringify(error), String(error?.stack));
  world.driver.onStep = ({ RotationToken, error }) => {
    secrets.add(RotationToken);
    note(error);
  };
  await rotateSecret(world, world.arn);
  world.api.fault = () => ({ status: 400, body: `{"error_code":"${FIRST_PASSWORD}"` });
  await callStep(world, 'createSecret', stageToken(world)).catch(note);
  await rotateSecret(world, world.arn).catch(note);
  world.api.fault = undefined;
  await reconcile(world).catch(note);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world).catch(note);
  for (const { value } of world.store.latest(world.arn).versions.values()) {
    if (value === undefined || !('SecretString' in value)) continue;
    secrets.add((JSON.parse(value.SecretString) as { password: string }).password);
  }
  const { users, databases } = world.cluster;
  for (const { passwords } of [...users, ...databases.map(({ user }) => user)]) {
    for (const password of passwords) secrets.add(password);
  }
  expect(secrets.size).toBeGreaterThanOrEqual(4);
  expect(world.lines.length).toBeGreaterThan(10);
  const text = [...world.lines, ...errors].join('\n');
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    expect(text).not.toContain(encodeURIComponent(secret));
  }
});

test('the log redacts a registered secret in every encoding', () => {
  const { registerSecret, redact } = openRedaction();
  const secret = 'pa"ss/wörd+123';
  registerSecret(secret);
  const lines: string[] = [];
  const log = openLog({}, { write: (line) => lines.push(line), redact, now: () => 0 });
  const base64 = Buffer.from(secret).toString('base64');
  log('INFO', 'done', {
    clear: `in clear ${secret}`,
    url: encodeURIComponent(secret),
    list: [{ json: secret }],
    base64,
  });
  expect(lines).toEqual([
    '{"timestamp":"1970-01-01T00:00:00.000Z","level":"INFO","message":"done",' +
      '"clear":"in clear [redacted]","url":"[redacted]","list":[{"json":"[redacted]"}],' +
      '"base64":"[redacted]"}\n',
  ]);
});

test.each([
  'ann',
  'anna',
  'orders',
])('the log redacts a password in the Basic credentials of %s', (name) => {
  const { registerSecret, redact } = openRedaction();
  const password = 'a-password-of-some-length-1';
  registerSecret(password);
  const header = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const [before = '', after] = redact(header).slice('Basic '.length).split('[redacted]');
  expect(Buffer.from(before, 'base64').toString()).toContain(name);
  // At most two base64 characters remain, which hold less than one byte, and the padding.
  expect(after).toMatch(/^.{0,2}=*$/);
  expect(before.length).toBeLessThanOrEqual(Math.ceil(((name.length + 1) * 8) / 6) + 1);
});

test('the function redacts a token in an error that it throws', async () => {
  const RotationToken = 'rotation-token-of-this-rotation-1';
  const lines: string[] = [];
  const time = {
    now: () => Date.now(),
    sleep: async () => {
      throw new RotationError('unexpected', `slept with ${RotationToken}`);
    },
  };
  await using world = await openScenario({ database: 'built-in' });
  const handler = createHandler(world.environment, time, (line) => lines.push(line));
  const ClientRequestToken = stageToken(world);
  const event = { Step: 'setSecret', SecretId: world.arn, ClientRequestToken, RotationToken };
  const error = await handler(event).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: expect.stringContaining('slept with [redacted]') });
  expect(String((error as Error).stack) + lines.join('')).not.toContain(RotationToken);
});

test('a password that equals a word of every log line changes no line', () => {
  const { registerSecret, redact } = openRedaction();
  for (const password of ['INFO', '1970', '{"ti']) registerSecret(password);
  const lines: string[] = [];
  openLog({}, { write: (line) => lines.push(line), redact, now: () => 0 })('INFO', 'done');
  expect(lines).toEqual([
    '{"timestamp":"1970-01-01T00:00:00.000Z","level":"INFO","message":"done"}\n',
  ]);
});

test('redaction keeps a secret in no text but the names that contain it', () => {
  const { registerSecret, registerName, redact } = openRedaction();
  for (const secret of ['billing', 'ling-1234']) registerSecret(secret);
  for (const name of ['redis/billing', 'billing', '']) registerName(name);
  expect(redact('redis/billing: billing')).toBe('redis/billing: [redacted]');
  expect(redact('redis/billing-1234 billing-1234')).toBe('redis/bil[redacted] [redacted]');
});
