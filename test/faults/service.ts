import { canLogIn } from '../sandbox/application.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { reconcile, type Scenario } from '../support/scenario.ts';
import { type Client, logIn, logInUntil, type View } from './client.ts';
import type { Random } from './random.ts';
import type { RandomFaults } from './random-faults.ts';

/** The results of clients while the password rotated. */
export type Served = {
  database: string;
  rotations: number;
  failedSteps: number;
  reconciles: number;
  failedReconciles: number;
  calls: number;
  faults: number;
  logins: number;
  /** The rejected logins. */
  refused: number;
  /** The logins over a real connection to the database. */
  authenticated: number;
  broken: string[];
  orphans: string[];
};

/** A world, its clients, and the faults of the function's calls. */
export type Service = {
  world: Scenario;
  served: Served;
  random: Random;
  clients: Client[];
  view: () => View;
  injected: RandomFaults;
};

export const HOUR_SECONDS = 3_600;

/** Lets time pass, and clients log in meanwhile. */
export async function pass({ world, clients, view, served, random }: Service, seconds: number) {
  world.time.advance(seconds);
  await world.propagation.deliver();
  const now = view();
  for (const client of clients) {
    const { logins, rejected } = logInUntil(client, now, random);
    served.logins += logins;
    served.refused += rejected;
  }
}

export async function rotate({ world }: Service): Promise<boolean> {
  try {
    return (await rotateSecret(world, world.arn)).outcome === 'succeeded';
  } catch {
    // Secrets Manager rejects the request while a rotation is pending, and retries that one.
    return (await world.driver.running.get(world.arn))?.outcome === 'succeeded';
  }
}

export async function reconcileOnce({ world, served, injected }: Service): Promise<void> {
  served.reconciles += 1;
  try {
    await reconcile(world);
  } catch {
    served.failedReconciles += 1;
  }
  injected.revive();
}

/** Logs one client in over a real connection, to compare the figures with the database. */
export async function authenticate(service: Service): Promise<void> {
  const { world, clients, view, served, random } = service;
  const client = clients[Math.floor(random() * clients.length)];
  if (client === undefined || !logIn(client, view(), random)) return;
  const credentials = { username: world.user.name, password: String(client.password) };
  served.authenticated += 1;
  if (!(await canLogIn(world, credentials))) served.refused += 1;
}
