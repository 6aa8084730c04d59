import { REAL_TIME } from '../sandbox/real-time.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { leftInTheEnd, promisesBroken } from '../support/promises.ts';
import {
  callStep,
  openScenario,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { close } from './crash.ts';
import { type Random, seeded } from './random.ts';
import { abandon } from './stage.ts';
import { openVictim, type Victim } from './victim.ts';

/** The result of many kills of the function's process. */
type Killed = {
  /** The kind of the databases, such as `redis-server 7.0.15` or `built-in`. */
  database: string;
  kills: number;
  rotations: number;
  replaceAlls: number;
  /** Broken promises, and operations that failed after a kill. */
  broken: string[];
  /** Passwords and labels that were left in the end. */
  orphans: string[];
};

// As short as possible: a replaced password expires while the next rotation runs.
const SETTINGS = { OVERLAP_SECONDS: '1', FUNCTION_TIMEOUT_SECONDS: '1' };
const EXPIRED_SECONDS = 2;
// A replaceAll adds this margin for stale reads to every expiry.
const MARGIN_SECONDS = 30;
const ROTATIONS_PER_REPLACE_ALL = 3;
// The first reconcile sets an expiry that a kill prevented, and the next one deletes the password.
const RECONCILES_MAX = 3;

/**
 * Kills the real process with SIGKILL at random instants while it rotates, reconciles and replaces
 * all passwords. Half of the kills occur in each mode of login. The servers run in this process.
 * The caller has built the function.
 */
export async function killTimes(count: number, seed: number): Promise<Killed> {
  const random = seeded(seed);
  const tookMs = new Map<string, number>();
  const killIn = (login: 'admin' | 'self', kills: number) =>
    killInMode({ login, kills, random, tookMs });
  const first = await killIn('admin', Math.ceil(count / 2));
  const second = await killIn('self', Math.floor(count / 2));
  return {
    database: first.database,
    kills: first.kills + second.kills,
    rotations: first.rotations + second.rotations,
    replaceAlls: first.replaceAlls + second.replaceAlls,
    broken: [...first.broken, ...second.broken],
    orphans: [...first.orphans, ...second.orphans],
  };
}

/** Returns the machine's clock, which `advance` sets forward. */
function adjustableTime(): Scenario['time'] {
  let aheadMs = 0;
  const now = () => REAL_TIME.now() + aheadMs;
  const advance = (seconds: number) => {
    aheadMs += seconds * 1_000;
  };
  return { ...REAL_TIME, now, elapsed: now, advance };
}

type Mode = {
  login: 'admin' | 'self';
  kills: number;
  random: Random;
  tookMs: Map<string, number>;
};

async function killInMode({ login, kills, random, tookMs }: Mode): Promise<Killed> {
  const scenario = await openScenario({ login, settings: SETTINGS, time: adjustableTime() });
  const figures: Killed = {
    database: scenario.database.kind,
    kills: 0,
    rotations: 0,
    replaceAlls: 0,
    broken: [],
    orphans: [],
  };
  try {
    await using victim = openVictim(scenario, random, tookMs);
    victim.killsMax = kills;
    while (victim.kills < kills && figures.broken.length === 0) {
      if (figures.rotations % ROTATIONS_PER_REPLACE_ALL === 0) await replace(victim, figures);
      await rotate(victim, figures);
    }
    figures.kills = victim.kills;
    figures.orphans.push(...(await settle(victim)));
    figures.broken.push(...promisesBroken(scenario));
  } finally {
    await close(scenario);
  }
  return figures;
}

/** Runs the steps of a rotation under one token, and the reconcile after it. */
async function rotate({ world, untilDone }: Victim, figures: Killed): Promise<void> {
  const token = stageToken(world);
  for (const step of STEPS) {
    figures.broken.push(...(await untilDone((it) => callStep(it, step, token))));
  }
  await abandon(world);
  figures.broken.push(...(await untilDone(reconcile)));
  figures.rotations += 1;
}

async function replace({ world, untilDone }: Victim, figures: Killed): Promise<void> {
  figures.broken.push(...(await untilDone(replaceAll)));
  figures.replaceAlls += 1;
  world.time.advance(MARGIN_SECONDS);
}

/** Lets the overlap pass, and runs reconcile as the schedule does; returns what is left. */
async function settle({ world, untilDone }: Victim): Promise<string[]> {
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    world.time.advance(EXPIRED_SECONDS);
    const failures = await untilDone(reconcile);
    left = [...failures, ...leftInTheEnd(world.witness.scene())];
    if (left.length === 0) break;
  }
  return left;
}
