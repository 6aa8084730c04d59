import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Target } from '../../cli/conformance/cluster/admin.ts';
import { createApiClient } from '../../cli/conformance/cluster/api.ts';
import { conform, type Outcome } from '../../cli/conformance/run.ts';
import { TRIALS } from '../../cli/conformance/trials/all.ts';
import type { Row, Trial } from '../../cli/conformance/trials/trial.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { virtualTime } from '../sandbox/virtual-time.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import type { Answers } from './expected-answers.ts';

/** A sandbox on a virtual clock, and the target that names it. */
type ConformanceWorld = World & { target: Target };

// More than the polls that the sandbox needs for any change.
const PROPAGATION_MS = 500;
// Sockets need real time: a virtual wait yields to them for as long as this.
const YIELD_MS = 2;

export const PASSWORD_PATH = '/v1/users/password';

export const isUserDeletion = ({ method, path }: { method: string; path: string }) =>
  method === 'DELETE' && path !== PASSWORD_PATH;

export async function openConformanceWorld(
  database: DatabaseKind = 'built-in',
): Promise<ConformanceWorld> {
  const time = virtualTime(async () => {
    await world.propagation.deliver();
    await setTimeout(YIELD_MS);
  });
  const world: World = await openWorld({ database, time });
  return { ...world, target: targetOf(world, time) };
}

function targetOf(world: World, clock: Target['clock']): Target {
  const trust = { caCertificate: world.certificate.cert, serverName: CLUSTER_NAME };
  return {
    ...trust,
    sendRequest: createApiClient(`https://127.0.0.1:${world.api.port}`, trust),
    admin: { name: adminOf(world).name, password: adminOf(world).passwords[0] ?? '' },
    database: { host: '127.0.0.1', port: world.database.port, isPlain: false },
    defaultUser: undefined,
    expired: undefined,
    propagationMs: PROPAGATION_MS,
    clock,
  };
}

export function adminOf({ cluster }: World) {
  const [admin] = cluster.users;
  if (admin === undefined) throw new Error('the world has no admin');
  return admin;
}

export const namesOf = ({ cluster }: World) => cluster.users.map(({ name }) => name);

/** Runs the trials, and verifies that the cluster's users are afterwards as before. */
export async function observe(world: ConformanceWorld, trials: Trial[] = TRIALS): Promise<Outcome> {
  const users = () => ({ names: namesOf(world), admin: structuredClone(adminOf(world)) });
  const before = users();
  const outcome = await conform(world.target, { trials });
  expect(outcome.left).toEqual([]);
  expect(users(), 'the users are as before').toEqual(before);
  return outcome;
}

export const trialsNamed = (...ids: string[]) => TRIALS.filter(({ id }) => ids.includes(id));

/** Returns the observed answers, with the verdict if it is not the usual one of such an answer. */
export function answersIn({ rows }: { rows: Row[] }): Answers {
  const entries = rows.map(({ id, observed, verdict }) => {
    const answer = observed.replace(/^after \d+ ms$/, 'after some ms');
    const usual = observed.startsWith('not tried: ') ? 'not tried' : 'as assumed';
    return [id, verdict === usual ? answer : `${verdict}: ${answer}`];
  });
  return Object.fromEntries(entries);
}
