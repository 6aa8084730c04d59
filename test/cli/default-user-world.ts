import { TRIALS } from '../../cli/conformance/trials/all.ts';
import { setDefaultUser } from '../sandbox/cluster/databases.ts';
import type { DATABASES } from '../support/databases.ts';
import { openConformanceWorld } from './conformance-world.ts';
import type { Answers } from './expected-answers.ts';

export const OWN_PASSWORD = 'the-password-of-the-operator-1';
export const DEFAULT_TRIALS = TRIALS.filter(
  ({ id }) => id.startsWith('default-') && id !== 'default-values',
);

/** The answers of an emulator whose password rules are on. */
export const ANSWERS: Answers = {
  'default-find': 'yes',
  'default-protected': 'yes',
  'default-add': 'yes',
  'default-add-present': '406',
  'default-delete': '200, rejected, protected',
  'default-delete-absent': '404',
  'default-rules': 'yes',
};

/** Opens a world whose database has a default user with one password. */
export async function openWithDefaultUser(kind: (typeof DATABASES)[number] = 'built-in') {
  const world = await openConformanceWorld(kind);
  const [database] = world.cluster.databases;
  if (database === undefined) throw new Error('the cluster has no database');
  await setDefaultUser(database, [OWN_PASSWORD]);
  world.cluster.policy.passwordComplexity = true;
  world.target.defaultUser = { host: '127.0.0.1', port: world.database.port, isPlain: false };
  return { ...world, listed: database };
}
