import { expect, test } from 'vitest';
import { makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { DATABASES } from '../support/databases.ts';
import {
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../support/scenario.ts';
import { CLIENT_NAME, openMutualTls, toSecret } from './client-authority.ts';

const LOGIN = `CN=${CLIENT_NAME}`;

async function expectEveryFlow(world: Scenario): Promise<void> {
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
}

const BOTH = (['self', 'admin'] as const).flatMap((login) =>
  DATABASES.map((database) => ({ login, database })),
);

test.each(
  BOTH,
)('API and database accept the client certificate: $login, $database', async (options) => {
  await using world = await openMutualTls(options);
  await expectEveryFlow(world);
});

/** Adds an administrator that logs in by certificate, and turns Basic authentication off. */
async function addCertificateLogin(world: Scenario): Promise<void> {
  world.cluster.options.basicAuthentication = false;
  await addUser(world.cluster, {
    name: CLIENT_NAME,
    role: 'admin',
    authMethod: 'certificate',
    certificateSubjectLine: LOGIN,
  });
}

// A world with `login: 'self'` has no administrator secret.
const NO_ADMIN_SECRET = { login: 'self', value: { login: 'admin' }, database: 'built-in' } as const;

test('the administrator logs in by certificate if Basic authentication is off', async () => {
  await using world = await openMutualTls(NO_ADMIN_SECRET);
  await addCertificateLogin(world);
  await expectEveryFlow(world);
  expect(new Set(world.api.calls.map(({ login }) => login))).toEqual(new Set([LOGIN]));
});

test('the function sends no password if no user is mapped to the client certificate', async () => {
  await using world = await openMutualTls(NO_ADMIN_SECRET);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'cluster_login_refused',
      message: expect.stringContaining('a certificate that is mapped to a user'),
    },
  });
  expect(world.api.calls.every(({ login }) => login === LOGIN)).toBe(true);
});

test('the user tag is required for an administrator login by certificate', async () => {
  await using world = await openMutualTls({ ...NO_ADMIN_SECRET, userTag: undefined });
  await addCertificateLogin(world);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'user_tag_mismatch' },
  });
});

const OTHER = { ca: await makeAuthority('Other CA'), notBefore: new Date(0) };

test.each([
  ['none', null],
  ['another authority', makeCertificate(CLIENT_NAME, OTHER)],
])('createSecret reports a client certificate that the server rejects: %s', async (_name, made) => {
  const certificate = await made;
  const secret = certificate && toSecret(certificate);
  await using world = await openMutualTls({ database: 'built-in' }, secret);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: expect.stringMatching(/^(client_certificate_invalid|cluster_unreachable)$/),
      message: expect.stringContaining('client certificate'),
    },
  });
});
