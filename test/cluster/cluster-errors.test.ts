import { expect, test } from 'vitest';
import { makeCertificate } from '../sandbox/certificate.ts';
import type { Fault } from '../sandbox/fault.ts';
import { makeSecret, putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

async function failureOfSetSecret(world: Scenario, setup: Setup): Promise<unknown> {
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await setup(world);
  // The function reads parameters again after 5 minutes.
  world.time.advance(301);
  return callStep(world, 'setSecret', token).then(
    () => expect.unreachable('setSecret did not fail'),
    (error: unknown) => error,
  );
}

type Setup = (world: Scenario) => unknown;

const REFUSALS: [sentence: string, setup: Setup, code: string, says: string][] = [
  [
    'password_not_complex',
    ({ cluster }) => {
      cluster.policy.passwordComplexity = true;
      cluster.policy.passwordMinLength = 100;
    },
    'cluster_password_refused',
    '400 password_not_complex; hint: set PASSWORD_LENGTH',
  ],
  [
    'user_not_exist',
    ({ user }) => {
      user.name = 'renamed';
    },
    'cluster_user_not_found',
    '404 user_not_exist; hint: correct username',
  ],
  [
    'unauthorized_action',
    ({ cluster }) => {
      for (const user of cluster.users) user.role = 'user_manager';
    },
    'cluster_permission_denied',
    '403 unauthorized_action; hint:',
  ],
  [
    'a refused admin',
    ({ cluster }) => {
      for (const user of cluster.users) user.passwords = ['reset'];
    },
    'cluster_login_refused',
    'refused the login',
  ],
  ['a redirect', fails({ status: 307 }), 'cluster_reply_unexpected', 'handle_redirects'],
  ['an error without a body', fails({ status: 500 }), 'cluster_reply_unexpected', 'POST with 500'],
  ['HTML', fails({ status: 400, body: '<html>' }), 'cluster_reply_unexpected', 'POST with 400;'],
  [
    'a code that quotes the password',
    fails({ status: 400, body: `{"error_code":"${FIRST_PASSWORD}!"}` }),
    'cluster_reply_unexpected',
    'POST with 400;',
  ],
  [
    '503 for ever',
    fails({ status: 503 }),
    'cluster_unreachable',
    'no reply from https://127.0.0.1',
  ],
  [
    'an expired password',
    fails({ status: 401, body: '{"error_code":"password_expired"}' }),
    'cluster_login_refused',
    'its password has expired',
  ],
  ['403 without a code', fails({ status: 403 }), 'cluster_permission_denied', 'POST with 403'],
  [
    'a reply without an end',
    fails({ status: 400, body: 'x'.repeat(70_000) }),
    'cluster_unreachable',
    'no reply from',
  ],
  [
    'a node that is not the primary',
    ({ api }) => {
      api.fault = () => ({ status: 307 });
    },
    'cluster_reply_unexpected',
    'GET /v1/nodes with 307',
  ],
  ['lost requests for ever', fails('request lost'), 'cluster_unreachable', 'no reply from'],
];

function fails(fault: Fault): Setup {
  return ({ api }) => {
    api.fault = ({ method }) => (method === 'POST' ? fault : undefined);
  };
}

test.each(REFUSALS)('%s fails setSecret by name', async (_sentence, setup, code, says) => {
  await using world = await openScenario({ database: 'built-in' });
  const error = await failureOfSetSecret(world, setup);
  expect(error).toMatchObject({ code, name: code, message: expect.stringContaining(says) });
  expect(String(error)).not.toContain(FIRST_PASSWORD);
});

test('an error is the same where its text is called message', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.errorText = 'message';
  const rename: Setup = ({ user }) => Object.assign(user, { name: 'renamed' });
  expect(await failureOfSetSecret(world, rename)).toMatchObject({ code: 'cluster_user_not_found' });
});

test('a certificate that is not trusted fails setSecret, and is not tried again', async () => {
  await using world = await openScenario({ noDatabase: true });
  const { cert } = await makeCertificate('redis.sandbox.test');
  const before = world.time.now();
  const change: Setup = () => putParameters(world, { 'ca-certificate': cert });
  expect(await failureOfSetSecret(world, change)).toMatchObject({ code: 'certificate_refused' });
  expect(world.time.now() - before).toBe(301_000);
});

test.each([
  'ok',
  'new_password_same_as_current',
] as const)('a POST whose reply is lost is repeated, where the cluster answers %s', async (addPresent) => {
  await using world = await openScenario();
  world.cluster.options.addPresent = addPresent;
  const faults: Fault[] = ['reply lost', 'request lost', { status: 503 }];
  world.api.fault = () => faults.shift();
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

const DELETIONS = ([200, 400, 404] as const).flatMap((deleteAbsent) =>
  [true, false].flatMap((lastPasswordFirst) =>
    [true, false].map((noDatabase) => ({ deleteAbsent, lastPasswordFirst, noDatabase })),
  ),
);

test.each(
  DELETIONS,
)('a DELETE whose reply is lost is settled by a login: $deleteAbsent, $lastPasswordFirst, $noDatabase', async ({
  noDatabase,
  ...options
}) => {
  await using world = await openScenario({ login: 'self', noDatabase });
  Object.assign(world.cluster.options, options);
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const faults: Fault[] = ['reply lost'];
  world.api.fault = ({ method }) => (method === 'DELETE' ? faults.shift() : undefined);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  const refused = world.api.calls.filter(({ status }) => status === 401).length;
  expect(refused).toBeLessThanOrEqual(1);
  expect(world.user.lockedUntil).toBe(0);
});

test('a password that the cluster keeps fails reconcile, and keeps its labels', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 404 } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_reply_unexpected' });
  world.api.fault = undefined;
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('the last password of a user is never taken for deleted', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const body = '{"error_code":"cannot_delete_last_password"}';
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 400, body } : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'password_not_deleted' });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});

test('a refused admin is tried once, and again with a new version of its secret', async () => {
  await using world = await openScenario();
  const admin = world.cluster.users.find(({ role }) => role === 'admin');
  if (admin === undefined) throw new Error('the world has no admin');
  const [password = ''] = admin.passwords;
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  admin.passwords = ['reset'];
  for (const attempt of [1, 2, 3, 4, 5, 6]) {
    const call = callStep(world, 'setSecret', token);
    await expect(call, `attempt ${attempt}`).rejects.toMatchObject({
      code: 'cluster_login_refused',
    });
  }
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
  admin.passwords = [password];
  const arn = await makeSecret(world, 'new-admin', { username: admin.name, password });
  await putParameters(world, { 'admin-secret-arn': arn });
  world.time.advance(301);
  await callStep(world, 'setSecret', token);
  expect(world.user.passwords).toHaveLength(2);
});

test('the parameters of a cluster are read again after 5 minutes', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  await putParameters(world, { 'api-endpoints': 'https://127.0.0.1:1' });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(301);
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_unreachable' },
  });
});

/** The logins of the requests that changed something. */
const changesOf = ({ api }: Scenario) =>
  api.calls.filter(({ method }) => method !== 'GET').map(({ login }) => login);

test("an admin's email goes before its username, and an empty one does not", async () => {
  await using world = await openScenario({ database: 'built-in' });
  const admin = world.cluster.users.find(({ role }) => role === 'admin');
  if (admin === undefined) throw new Error('the world has no admin');
  const { email, name, passwords } = admin;
  const logins = [
    { email, username: 'nobody', password: passwords[0] },
    { email: '', username: name, password: passwords[0] },
  ];
  for (const [index, login] of logins.entries()) {
    const arn = await makeSecret(world, `admin-${index}`, login);
    await putParameters(world, { 'admin-secret-arn': arn });
    world.time.advance(301);
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  }
  expect(changesOf(world)).toEqual([email, name]);
});

test('a user logs in to the API by its email in self mode', async () => {
  const value = { email: 'orders@example.com' };
  await using world = await openScenario({ login: 'self', value });
  world.user.email = value.email;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(changesOf(world)).toEqual([value.email]);
});
