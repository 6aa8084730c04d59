import { expect, test } from 'vitest';
import type { Fault } from '../sandbox/fault.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
} from '../support/scenario.ts';

async function rotateAndExpire(world: Scenario): Promise<void> {
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
}

function failDelete({ api }: Scenario, next: () => Fault | undefined): void {
  api.fault = ({ method }) => (method === 'DELETE' ? next() : undefined);
}

test.each([
  'ok',
  'new_password_same_as_current',
] as const)('setSecret repeats a POST whose reply is lost: %s', async (addPresent) => {
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

const DELETION_NAME =
  'reconcile verifies by a login whether a DELETE without a reply deleted the password: ' +
  'deleteAbsent $deleteAbsent, lastPasswordFirst $lastPasswordFirst, noDatabase $noDatabase';

test.each(DELETIONS)(DELETION_NAME, async ({ noDatabase, ...options }) => {
  await using world = await openScenario({ login: 'self', noDatabase });
  Object.assign(world.cluster.options, options);
  await rotateAndExpire(world);
  const faults: Fault[] = ['reply lost'];
  failDelete(world, () => faults.shift());
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  const rejected = world.api.calls.filter(({ status }) => status === 401).length;
  expect(rejected).toBeLessThanOrEqual(1);
  expect(world.user.lockedUntil).toBe(0);
});

test('reconcile fails and keeps the labels if the cluster does not delete a password', async () => {
  await using world = await openScenario();
  await rotateAndExpire(world);
  failDelete(world, () => ({ status: 404 }));
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_reply_unexpected' });
  world.api.fault = undefined;
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('reconcile fails if the cluster does not delete the last password of the user', async () => {
  await using world = await openScenario();
  await rotateAndExpire(world);
  const body = '{"error_code":"cannot_delete_last_password"}';
  failDelete(world, () => ({ status: 400, body }));
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'password_not_deleted' });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});
