import { leftInTheEnd, promisesBroken } from '../support/promises.ts';
import { openScenario, passwordOf, type Scenario } from '../support/scenario.ts';
import { logIn, makeClients, OVERLAP_SECONDS } from './client.ts';
import { close } from './crash.ts';
import { seeded } from './random.ts';
import { injectRandomly } from './random-faults.ts';
import {
  authenticate,
  HOUR_SECONDS,
  pass,
  reconcileOnce,
  rotate,
  type Served,
  type Service,
} from './service.ts';

type ClientsOptions = {
  clients: number;
  rotations: number;
  faultRate: number;
  seed: number;
};

// AWS rotates at most every 4 hours. With 8 hours, several replaced passwords are valid together.
const ROTATION_EVERY_HOURS = 8;
// Clients log in during an outside call, which takes at most so long.
const CALL_MAX_SECONDS = 0.5;
// The delay until the databases know a changed password. Redis does not document it.
const PROPAGATION_MS = 700;
// Enough for every expiry to pass.
const RECONCILES_MAX = 3;

/**
 * Lets clients with the usual caches log in, in virtual time, while the password rotates and the
 * function's outside calls fail at random. A login succeeds if the database accepts the client's
 * password at that instant. One login per rotation uses a real connection to the database.
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
    injected.fix();
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
  let accepted: readonly string[] = user.passwords;
  const followed = propagation.add(async ({ name, passwords }) => {
    if (name === user.name) accepted = passwords;
  });
  for (const one of [proxy, followed]) one.delayMs = PROPAGATION_MS;
  const view = () => ({ now: time.now(), current: passwordOf(world, 'AWSCURRENT'), accepted });
  const served = emptyFigures(world.database.kind);
  const onCall = async () => {
    await pass(service, random() * CALL_MAX_SECONDS);
    // At every call of the function, every client can log in.
    const now = view();
    for (const client of clients) {
      served.logins += 1;
      if (!logIn(client, now, random)) served.refused += 1;
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

/** Spends the hours of one rotation. It starts at a random minute, and is retried every hour. */
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

/** Lets the overlap pass, and reconciles; returns what is left. */
async function settle(service: Service): Promise<string[]> {
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    await pass(service, OVERLAP_SECONDS + 1);
    await reconcileOnce(service);
  }
  await pass(service, HOUR_SECONDS);
  return leftInTheEnd(service.world.witness.scene());
}
