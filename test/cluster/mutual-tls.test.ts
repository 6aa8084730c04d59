import { expect, test } from 'vitest';
import { type Certificate, makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { makeSecret, putParameters, rotateSecret } from '../sandbox/setup.ts';
import { DATABASES } from '../support/databases.ts';
import {
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  type ScenarioOptions,
} from '../support/scenario.ts';

const NAME = 'rotation';
const DAY_MS = 86_400_000;

const authority = await makeAuthority('Client CA');
const ours = await makeCertificate(NAME, { ca: authority });

/** A world in which API and database ask for a client certificate. */
async function openMutual(options: ScenarioOptions, shown: unknown = toSecret(ours)) {
  const world = await openScenario({ ...options, clientAuthority: authority });
  if (shown !== null) {
    const arn = await makeSecret(world, 'client-certificate', shown as object);
    await putParameters(world, { 'client-certificate-secret-arn': arn });
  }
  world.driver.attempts = 1;
  return world;
}

const toSecret = ({ cert, key }: Certificate) => ({ certificate: cert, privateKey: key });

async function expectEveryFlow(world: Scenario): Promise<void> {
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
}

test('the end of our own certificate counts among the days left', async () => {
  const notAfter = new Date(Date.UTC(2026, 0, 6));
  const short = await makeCertificate(NAME, { ca: authority, notBefore: new Date(0), notAfter });
  await using world = await openMutual({ database: 'built-in' }, toSecret(short));
  await reconcile(world).catch(() => undefined);
  const { CertificateDaysLeft } = JSON.parse(world.lines.at(-1) ?? '');
  // The sandbox's clock begins with 2026.
  expect(CertificateDaysLeft).toBe(5);
});

const BOTH = (['self', 'admin'] as const).flatMap((login) =>
  DATABASES.map((database) => ({ login, database })),
);

test.each(
  BOTH,
)('API and database take our client certificate: $login, $database', async (options) => {
  await using world = await openMutual(options);
  await expectEveryFlow(world);
});

/** An administrator that logs in by the certificate, where Basic authentication is off. */
async function onlyByCertificate(world: Scenario): Promise<void> {
  world.cluster.options.basicAuthentication = false;
  const certificateSubjectLine = `CN=${NAME}`;
  await addUser(world.cluster, {
    name: NAME,
    role: 'admin',
    authMethod: 'certificate',
    certificateSubjectLine,
  });
}

// The world of self mode has no admin secret.
const NO_ADMIN_SECRET = { login: 'self', value: { login: 'admin' }, database: 'built-in' } as const;

test('an admin logs in by certificate alone where Basic authentication is off', async () => {
  await using world = await openMutual(NO_ADMIN_SECRET);
  await onlyByCertificate(world);
  await expectEveryFlow(world);
  expect(new Set(world.api.calls.map(({ login }) => login))).toEqual(new Set([`CN=${NAME}`]));
});

test('a certificate that no user has is refused by name, and no password is sent', async () => {
  await using world = await openMutual(NO_ADMIN_SECRET);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'cluster_login_refused',
      message: expect.stringContaining('the certificate that a user is mapped to'),
    },
  });
  expect(world.api.calls.every(({ login }) => login === `CN=${NAME}`)).toBe(true);
});

test('the user tag binds a secret where the admin is a certificate, too', async () => {
  await using world = await openMutual({ ...NO_ADMIN_SECRET, userTag: undefined });
  await onlyByCertificate(world);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'user_tag_mismatch' },
  });
});

type Wrong = [name: string, secret: () => Promise<unknown>, says: string];

const WRONG: Wrong[] = [
  ['without a key', async () => ({ certificate: ours.cert }), 'privateKey is not a string'],
  ['without a certificate', async () => ({ privateKey: ours.key }), 'certificate is not a string'],
  ['not JSON', async () => 'PEM', 'privateKey is not a string'],
  [
    'with an empty certificate',
    async () => ({ ...toSecret(ours), certificate: '' }),
    'certificate has no PEM certificate',
  ],
  [
    'with a key that is none',
    async () => ({ ...toSecret(ours), privateKey: 'none-at-all' }),
    'is not PEM without a passphrase',
  ],
  [
    'with the key of another',
    async () => ({ ...toSecret(ours), privateKey: (await makeCertificate(NAME)).key }),
    'privateKey is not the key of certificate',
  ],
  [
    'with a certificate that has expired',
    async () => {
      const past = (days: number) => new Date(Date.UTC(2026, 0, 1) - days * DAY_MS);
      const dates = { notBefore: past(9), notAfter: past(1) };
      return toSecret(await makeCertificate(NAME, { ca: authority, ...dates }));
    },
    'certificate expired Dec 31',
  ],
];

test.each(WRONG)('a client certificate %s is refused by name', async (_name, make, says) => {
  await using world = await openMutual({ database: 'built-in' }, await make());
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'client_certificate_invalid', message: expect.stringContaining(says) },
  });
  expect(world.api.calls).toEqual([]);
  expect(world.lines.join('')).not.toContain('PRIVATE KEY');
});

test.each([
  ['none', null],
  ['one of another authority', makeCertificate(NAME, { ca: await makeAuthority('Other CA') })],
])('where a client certificate is asked for, %s ends the step by name', async (_name, shown) => {
  const certificate = await shown;
  await using world = await openMutual(
    { database: 'built-in' },
    certificate && toSecret(certificate),
  );
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: expect.stringMatching(/^(client_certificate_invalid|cluster_unreachable)$/),
      message: expect.stringContaining('client certificate'),
    },
  });
});
