import { canLogIn } from '../sandbox/application.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { leftInTheEnd } from '../support/promises.ts';
import {
  openScenario,
  passwordOf,
  promisesBroken,
  reconcile,
  type Scenario,
} from '../support/scenario.ts';
import {
  type Client,
  logIn,
  logInUntil,
  makeClients,
  OVERLAP_SECONDS,
  type View,
} from './client.ts';
import { close } from './crash.ts';
import { type Random, seeded } from './random.ts';
import { injectRandomly, type RandomFaults } from './random-faults.ts';

export type ClientsOptions = {
  clients: number;
  rotations: number;
  faultRate: number;
  seed: number;
};

/** What clients met with while the password was rotated under them. */
export type Served = {
  database: string;
  rotations: number;
  failedSteps: number;
  reconciles: number;
  failedReconciles: number;
  calls: number;
  faults: number;
  logins: number;
  refused: number;
  /** Of the logins, those over a socket to the database. */
  authenticated: number;
  broken: string[];
  orphans: string[];
};

// AWS rotates every 4 hours at most; so often that several replaced passwords live on at once.
const ROTATION_EVERY_HOURS = 8;
const HOUR_SECONDS = 3_600;
// What an outside call takes, so that clients log in while the function is at work.
const CALL_MAX_SECONDS = 0.5;
// How late the databases learn of a change of passwords, which nobody documents.
const PROPAGATION_MS = 700;
// As many as it takes until each expiry that is still to be given has passed.
const RECONCILES_MAX = 3;

type Service = {
  world: Scenario;
  served: Served;
  random: Random;
  clients: Client[];
  view: () => View;
  injected: RandomFaults;
};

/**
 * Lets clients with the caches that there are log in, in virtual time, while the password is
 * rotated again and again and faults befall the function's outside calls. A login is whether the
 * database knows the client's password at that instant; one a rotation is tried on the database.
 */
export async function serveClients(options: ClientsOptions): Promise<Served> {
  const world = await openScenario({ settings: { OVERLAP_SECONDS: String(OVERLAP_SECONDS) } });
  try {
    const service = openService(world, options);
    const { served, injected } = service;
    world.driver.onStep = ({ error }) => {
      injected.revive();
      if (error !== undefined) served.failedSteps += 1;
    };
    for (let rotation = 0; rotation < options.rotations; rotation += 1) await serve(service);
    injected.mend();
    served.orphans.push(...(await settle(service)));
    served.broken.push(...promisesBroken(world));
    return { ...served, calls: injected.calls, faults: injected.faults };
  } finally {
    await close(world);
  }
}

function openService(world: Scenario, options: ClientsOptions): Service {
  const { time, user, propagation, proxy } = world;
  const random = seeded(options.seed);
  const clients = makeClients(options.clients, time.now(), random);
  let taken: readonly string[] = user.passwords;
  const known = propagation.add(async ({ name, passwords }) => {
    if (name === user.name) taken = passwords;
  });
  for (const one of [proxy, known]) one.delayMs = PROPAGATION_MS;
  const view = () => ({ now: time.now(), current: passwordOf(world, 'AWSCURRENT'), taken });
  const served = emptyFigures(world.database.kind);
  const onCall = async () => {
    await pass(service, random() * CALL_MAX_SECONDS);
    // Whatever the function has done so far, every client gets in.
    const seen = view();
    for (const client of clients) {
      served.logins += 1;
      if (!logIn(client, seen, random)) served.refused += 1;
    }
  };
  const injected = injectRandomly(world, { rate: options.faultRate, random, onCall });
  const service = { world, served, random, clients, view, injected };
  return service;
}

function emptyFigures(database: string): Served {
  const counts = { rotations: 0, failedSteps: 0, reconciles: 0, failedReconciles: 0 };
  const logins = { logins: 0, refused: 0, authenticated: 0 };
  return { database, ...counts, calls: 0, faults: 0, ...logins, broken: [], orphans: [] };
}

/** Time passes, in which clients log in. */
async function pass({ world, clients, view, served, random }: Service, seconds: number) {
  world.time.advance(seconds);
  await world.propagation.deliver();
  const seen = view();
  for (const client of clients) {
    const { logins, refused } = logInUntil(client, seen, random);
    served.logins += logins;
    served.refused += refused;
  }
}

/** The hours of one rotation, which starts at any minute; one that failed is tried again. */
async function serve(service: Service): Promise<void> {
  const { served, random } = service;
  let isDone = false;
  for (let hour = 0; hour < ROTATION_EVERY_HOURS; hour += 1) {
    const share = random();
    await pass(service, HOUR_SECONDS * share);
    if (!isDone) isDone = await rotate(service);
    await pass(service, HOUR_SECONDS * (1 - share));
    await reconcileOnce(service);
  }
  await authenticate(service);
  if (isDone) served.rotations += 1;
}

async function rotate({ world }: Service): Promise<boolean> {
  try {
    return (await rotateSecret(world, world.arn)).outcome === 'succeeded';
  } catch {
    // One that is stuck is tried again by Secrets Manager, which refuses another.
    return (await world.driver.running.get(world.arn))?.outcome === 'succeeded';
  }
}

async function reconcileOnce({ world, served, injected }: Service): Promise<void> {
  served.reconciles += 1;
  try {
    await reconcile(world);
  } catch {
    served.failedReconciles += 1;
  }
  injected.revive();
}

/** One client logs in over a socket: what the figures say is what the database does. */
async function authenticate({ world, clients, view, served, random }: Service): Promise<void> {
  const client = clients[Math.floor(random() * clients.length)];
  if (client === undefined || !logIn(client, view(), random)) return;
  const credentials = { username: world.user.name, password: String(client.password) };
  served.authenticated += 1;
  if (!(await canLogIn(world, credentials))) served.refused += 1;
}

/** The overlap passes, and reconcile runs; what is left then. */
async function settle(service: Service): Promise<string[]> {
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    await pass(service, OVERLAP_SECONDS + 1);
    await reconcileOnce(service);
  }
  await pass(service, HOUR_SECONDS);
  return leftInTheEnd(service.world.witness.scene());
}
