import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { updateStage } from '../sandbox/setup.ts';
import { DEPARTURES } from './moto-departures.ts';
import { type MotoServer, startMoto } from './moto-server.ts';
import {
  FIRST_PASSWORD,
  labelsOf,
  type MotoOptions,
  type MotoWorld,
  openMotoWorld,
  reconcile,
  rotate,
  runSteps,
  stage,
  versionOf,
} from './moto-world.ts';
import { absent, promise, say, summarize } from './report.ts';

// The rotation with moto, which others wrote, as Secrets Manager and Parameter Store.

const OVERLAP_SECONDS = 3_600;
// How late the last request of an invocation that was cut off may still land, and a second.
const SWEEP_SECONDS = 900 + 1;

type Scenario = [promise: string, check: (world: MotoWorld) => Promise<void>];

const LOGINS: MotoOptions[] = (['self', 'admin'] as const).map((login) => ({
  login,
  overlapSeconds: OVERLAP_SECONDS,
}));

async function currentPassword(world: MotoWorld): Promise<string> {
  return (await versionOf(world, 'AWSCURRENT')).password ?? '';
}

const SCENARIOS: Scenario[] = [
  [
    'a first rotation adds a password, and the first has an expiry',
    async (world) => {
      const first = await versionOf(world, 'AWSCURRENT');
      const token = await rotate(world);
      const current = await versionOf(world, 'AWSCURRENT');
      equal(current.id, token);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, current.password]);
      deepEqual(await labelsOf(world, token), ['AWSCURRENT', 'LIVE']);
      deepEqual(await labelsOf(world, first.id), ['AWSPREVIOUS', 'EXPIRES', 'LIVE']);
    },
  ],
  [
    'a second rotation within the overlap leaves three passwords, and reconcile then one',
    async (world) => {
      await rotate(world);
      const second = await currentPassword(world);
      await rotate(world);
      const third = await currentPassword(world);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, second, third]);
      world.time.advance(OVERLAP_SECONDS + 1);
      deepEqual(await reconcile(world), { live: 1, deleted: 2 });
      deepEqual(world.user.passwords, [third]);
    },
  ],
  [
    'reconcile deletes nothing before the overlap has passed',
    async (world) => {
      await rotate(world);
      world.time.advance(OVERLAP_SECONDS - 60);
      deepEqual(await reconcile(world), { live: 2, deleted: 0 });
      equal(world.user.passwords.length, 2);
    },
  ],
  [
    'every step repeated comes to the same',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
        await runSteps(world, token, [step, step]);
      }
      await runSteps(world, token);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, await currentPassword(world)]);
      equal((await versionOf(world, 'AWSCURRENT')).id, token);
    },
  ],
  [
    'a retry with the same token goes on with the same password',
    async (world) => {
      const token = randomUUID();
      await stage(world, token);
      await runSteps(world, token, ['createSecret', 'setSecret']);
      const { password } = await versionOf(world, 'AWSPENDING');
      await world.database.setUser({ ...world.user, passwords: [FIRST_PASSWORD] });
      await rejects(runSteps(world, token, ['testSecret']));
      await world.database.setUser(world.user);
      await runSteps(world, token);
      equal(await currentPassword(world), password);
      deepEqual(world.user.passwords, [FIRST_PASSWORD, password]);
    },
  ],
  [
    'after an abandoned rotation a new token rotates, and the abandoned password goes',
    async (world) => {
      const abandoned = randomUUID();
      await stage(world, abandoned);
      await runSteps(world, abandoned, ['createSecret', 'setSecret']);
      const { password } = await versionOf(world, 'AWSPENDING');
      ok(password !== undefined && world.user.passwords.includes(password));
      await updateStage(world, world.arn, 'AWSPENDING', { from: abandoned });
      await rejects(runSteps(world, abandoned, ['setSecret']), { name: 'token_not_pending' });
      await rotate(world);
      await reconcile(world);
      world.time.advance(OVERLAP_SECONDS + SWEEP_SECONDS);
      await reconcile(world);
      deepEqual(world.user.passwords, [await currentPassword(world)]);
      deepEqual(await labelsOf(world, abandoned), []);
    },
  ],
  [
    'a token that nobody staged is refused',
    async (world) => {
      await stage(world, randomUUID());
      await rejects(runSteps(world, randomUUID()), { name: 'token_not_staged' });
      deepEqual(world.user.passwords, [FIRST_PASSWORD]);
    },
  ],
  [
    'replaceAll leaves one password, also of those that the secret does not know',
    async (world) => {
      await rotate(world);
      world.user.passwords = [...world.user.passwords, 'nobody-told-us-of-it'];
      const Confirm = 'orders';
      await world.invoke({ Step: 'replaceAll', SecretId: world.arn, Confirm });
      const password = await currentPassword(world);
      deepEqual(world.user.passwords, [password]);
      notEqual(password, FIRST_PASSWORD);
      world.time.advance(SWEEP_SECONDS);
      await reconcile(world);
      await rotate(world);
      deepEqual(world.user.passwords, [password, await currentPassword(world)]);
    },
  ],
];

const NO_OVERLAP: Scenario = [
  'without overlap a rotation leaves the new password alone',
  async (world) => {
    await rotate(world);
    deepEqual(world.user.passwords, [await currentPassword(world)]);
    await rotate(world);
    deepEqual(world.user.passwords, [await currentPassword(world)]);
  },
];

const NO_PASSWORD: Scenario = [
  'a first rotation in admin mode needs no password in the secret',
  async (world) => {
    await rotate(world);
    deepEqual(world.user.passwords, [FIRST_PASSWORD, await currentPassword(world)]);
  },
];

async function check(moto: MotoServer, options: MotoOptions, scenario: Scenario): Promise<void> {
  const [text, run] = scenario;
  await promise(`${options.login}: ${text}`, async () => {
    await using world = await openMotoWorld(moto, options);
    await run(world);
  });
}

async function checkAll(moto: MotoServer): Promise<void> {
  for (const options of LOGINS) {
    for (const scenario of SCENARIOS) await check(moto, options, scenario);
    await check(moto, { ...options, overlapSeconds: 0 }, NO_OVERLAP);
  }
  const admin = { login: 'admin', overlapSeconds: OVERLAP_SECONDS } as const;
  await check(moto, { ...admin, hasPassword: false }, NO_PASSWORD);
  for (const [name, reason, seen] of DEPARTURES) {
    say(`excused ${name}: ${reason}`);
    await promise(`moto still departs: ${name}`, async () => {
      await using world = await openMotoWorld(moto, admin);
      ok(await seen(world), 'the departure is gone, and its excuse should be, too');
    });
  }
}

await using moto = await startMoto();
if (moto === undefined) absent('moto', 'the rotation with moto', "pip install 'moto[server]'");
else {
  await checkAll(moto);
  summarize('moto');
}
