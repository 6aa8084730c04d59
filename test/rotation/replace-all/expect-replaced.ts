import { expect } from 'vitest';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  passwordOf,
  reconcile,
  type Scenario,
  type ScenarioOptions,
} from '../../support/scenario.ts';

/** How the function logs in, and whether the secret names a database. */
export const LOGIN_KINDS: [name: string, options: ScenarioOptions][] = [
  ['admin', { login: 'admin', database: 'built-in', ssl: false }],
  ['self', { login: 'self', database: 'built-in', ssl: false }],
  [
    'self, without a database',
    { login: 'self', noDatabase: true, database: 'built-in', ssl: false },
  ],
];

// Without a database a reconcile deletes one password, since that may cost a rejected login.
const RECONCILES_MAX = 8;

const isSettled = (result: unknown) => Object(result).live === 1;

/** Expects AWSCURRENT to be the only valid password, with nothing unfinished and no label left. */
export async function expectReplaced(world: Scenario): Promise<void> {
  const password = passwordOf(world, 'AWSCURRENT');
  expect(password).not.toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([password]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  let settled: unknown;
  for (let run = 0; run < RECONCILES_MAX && !isSettled(settled); run += 1) {
    world.time.advance(world.overlapMs / 1_000 + FUNCTION_TIMEOUT_SECONDS);
    settled = await reconcile(world).catch(() => undefined);
  }
  expect(settled).toMatchObject({ live: 1 });
  expect(world.user.passwords).toEqual([password]);
}
